import t from 'tap'
import { listOperations, type Operation, type Schema, send } from '../operations.js'
import { buildWorld, requestOf } from '../world.js'

/** Spellings that some parser or other takes for a number from 1 to 100. */
const numberSpellings = [
  '', ' ', '0', '00', '01', '001', '+1', '+5', '-1', '-0', '- 1', ' 5', '5 ', '%205', '5\t', '5\n', '\u00005', '5\u0000', '1.0', '5.0', '5.', '.5', '0.5',
  '1e0', '1e1', '1e2', '1E1', '5e-1', '1e999', '-1e999', '0x1', '0x10', '0X10', '0b1', '0o7', '010', '1_0', '1,0', '1 0', '10n', '1n', '\'5\'', '"5"',
  '[5]', '{}', 'true', 'null', 'undefined', 'NaN', 'Infinity', '-Infinity', 'infinity', 'abc', '5abc', '٥', '５', '½', '²', '101', '1000', '9007199254740993',
  '1'.repeat(400)
]
const flagSpellings = ['', ' ', '0', '1', 'yes', 'no', 'on', 'off', 'TRUE', 'True', 'FALSE', 'tRue', 'true ', ' true', 'true\u0000', 'truee', '"true"', 't', 'null', '[]', 'undefined']
const whole = Array.from({ length: 100 }, (_, i) => String(i + 1))

const { server, settle } = await buildWorld(t)
const operations = await listOperations(server)
let users = 0

/** Whether a parameter says that it is a number from 1 to 100. */
function isPageSize ({ type, minimum, maximum }: Schema) {
  return type === 'integer' && minimum === 1 && maximum === 100
}

/** The status of a sound request with this value for one parameter of its query, and whether a failure names it. */
async function ask (operation: Operation, name: string, value: string | string[]) {
  const user = await settle(`user${++users}`)
  const sound = await requestOf(operation.id, user)
  const res = await send(server, operation, { ...sound, query: { ...sound.query, [name]: value }, headers: { ...user.headers, ...sound.headers } })
  return res.statusCode === 400 ? res.json().errors?.[0]?.field : 'accepted'
}

for (const operation of operations) {
  for (const { name, in: place, schema } of operation.parameters.filter(({ in: place }) => place === 'query')) {
    const choices = schema.enum ?? []
    if (isPageSize(schema)) {
      t.test(`${operation.id} takes 1 to 100 as ${name}, plainly spelled, and nothing else`, async (t) => {
        t.ok(numberSpellings.length >= 60)
        for (const value of whole) t.equal(await ask(operation, name, value), 'accepted', value)
        for (const value of numberSpellings) t.equal(await ask(operation, name, value), name, JSON.stringify(value))
        t.equal(await ask(operation, name, ['5', '6']), name, 'two of them')
      })
    } else if (schema.type === 'boolean') {
      t.test(`${operation.id} takes true and false as ${name}, and nothing else`, async (t) => {
        for (const value of ['true', 'false']) t.equal(await ask(operation, name, value), 'accepted', value)
        for (const value of flagSpellings) t.equal(await ask(operation, name, value), name, JSON.stringify(value))
        t.equal(await ask(operation, name, ['true', 'false']), name, 'two of them')
      })
    } else if (choices.length > 0) {
      t.test(`${operation.id} takes what it lists as ${name}, and nothing else`, async (t) => {
        for (const value of choices.map(String)) {
          t.equal(await ask(operation, name, value), 'accepted', value)
          t.equal(await ask(operation, name, value.toUpperCase()), name, value.toUpperCase())
          t.equal(await ask(operation, name, [value, value]), name, 'two of them')
        }
        for (const value of ['', 'other', 'constructor', '__proto__']) t.equal(await ask(operation, name, value), name, value)
      })
    } else if (schema.maxLength !== undefined) {
      t.test(`${operation.id} refuses a longer ${name} than it says`, async (t) => {
        t.equal(await ask(operation, name, 'x'.repeat(schema.maxLength ?? 0) + 'x'), name, place)
      })
    }
  }
}
