import t from 'tap'
import { listOperations, type Operation, type Parts, type Schema, send } from '../operations.js'
import { buildWorld, requestOf } from '../world.js'

/** JSON texts by the type of what they say. */
const values: Record<string, string[]> = {
  null: ['null'],
  boolean: ['true', 'false'],
  number: ['0', '1', '-1', '1.5', '1e999', '9007199254740993'],
  string: ['""', '"text"', '"true"', '"1"'],
  array: ['[]', '[null]', '["text"]', '[[]]'],
  object: ['{}', '{"a":1}', '{"length":1}', '{"toString":"text"}']
}

/** A field of a body, wherever it stands in it. */
interface Field { path: Array<string | number>, schema: Schema }

/** Every field a body declares, those inside of objects and lists too. */
function fieldsOf (schema: Schema, path: Field['path'] = []): Field[] {
  const own = path.length > 0 ? [{ path, schema }] : []
  const inner = [schema, ...schema.anyOf ?? []].flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([name, property]) => fieldsOf(property, [...path, name])),
    ...items ? fieldsOf(items, [...path, 0]) : []
  ])
  return [...own, ...inner]
}

/** Texts of values whose type the schema does not take; none when it takes all of them. A field that may be left out may be null. */
function wrongValues (schema: Schema, isOptional: boolean): string[] {
  const types = [schema, ...schema.anyOf ?? []].flatMap(({ type = [] }) => type)
  if (types.length === 0) return []
  const wrong = Object.entries(values).flatMap(([type, texts]) => types.includes(type) || (type === 'null' && isOptional) ? [] : texts)
  if (!types.includes('integer')) return wrong
  return wrong.filter((text) => !/^\d+$/.test(text))
}

/** The sound body with the raw JSON text for one field; the lists and objects around it are made as needed. */
function bodyWith (body: unknown, [step, ...rest]: Field['path'], text: string): string {
  if (step === undefined) return text
  if (typeof step === 'number') return `[${bodyWith(undefined, rest, text)}]`
  const others = Object.entries(Object(body)).filter(([name]) => name !== step)
  const members = others.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${[...members, `${JSON.stringify(step)}:${bodyWith(Object(body)[step], rest, text)}`].join()}}`
}

const malformed = ['{', '}', '[', '{"a":}', '{"a":1,}', '{a:1}', '{\'a\':1}', '{"a":1}{}', 'nul', 'NaN', '"', '\u0000', '{"a":"\n"}', '\ufeff{', '{"a":01}']
const polluting = ['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}']
const notObjects = ['null', '[]', '[{}]', '"text"', '1', 'true', '{}']
const strangers = ['user', 'userId', 'user_id', '_id', 'id', 'createdAt', 'updatedAt', 'isShared', 'expiredAt', 'agentId', 'toString', '']
const otherTypes = [
  'text/plain', 'text/json', 'application/x-www-form-urlencoded', 'application/jsonp', 'application/xml',
  'application/problem+json', 'application/json+x', 'multipart/form-data', 'multipart/form-data; boundary=x', 'json', '*/*'
]

const { server, settle } = await buildWorld(t)
const ada = await settle('ada')
const operations = await listOperations(server)
const withBody = operations.filter((operation): operation is Operation & { body: Schema } => operation.body !== null)

/** Sends a body as it stands in an otherwise sound request, and tells what is said about it. */
async function attempt (operation: Operation, sound: Parts, body: string, type = 'application/json') {
  const res = await send(server, operation, { ...sound, body, headers: { ...ada.headers, 'content-type': type } })
  const { code, errors = [] }: { code?: string, errors?: Array<{ field: string }> } = res.json()
  return { status: res.statusCode, code, fields: errors.map(({ field }) => field) }
}

/** Whether a text stands in any row of any table. */
function isStored (text: string) {
  const { $client: sqlite } = server.database.reader
  const tables = sqlite.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'").pluck().all()
  return tables.some((table) => JSON.stringify(sqlite.prepare(`SELECT * FROM "${table}"`).all()).includes(text))
}

for (const operation of withBody) {
  t.test(operation.id, async (t) => {
    const sound = await requestOf(operation.id, ada)
    const isRequired = (operation.body.required ?? []).length > 0

    for (const { path, schema } of fieldsOf(operation.body)) {
      const name = path.join('.')
      const isOptional = path.length === 1 && !operation.body.required?.includes(name)
      const wrong = wrongValues(schema, isOptional)
      t.test(`${name} of any other type is a 400 that names it`, async (t) => {
        t.ok(wrong.length >= 12 || wrong.length === 0, 'twelve values that it may not be, unless it may be anything')
        for (const text of wrong) {
          const body = bodyWith(sound.body, path, text)
          for (const sent of operation.hasEnvelope ? [body, `{"arg":${body}}`] : [body]) {
            const { status, fields } = await attempt(operation, sound, sent)
            t.equal(status, 400, sent)
            t.ok(fields.includes(name), `${sent} names ${fields.join()}`)
          }
        }
      })
    }

    t.test('a body that is not the object it should be is a 400', async (t) => {
      for (const body of isRequired ? notObjects : notObjects.slice(0, -1)) {
        t.equal((await attempt(operation, sound, body)).status, 400, body)
        if (operation.hasEnvelope) t.equal((await attempt(operation, sound, `{"arg":${body}}`)).status, 400, `{"arg":${body}}`)
      }
      t.equal((await attempt(operation, sound, '')).status, 400, 'nothing')
    })

    t.test('fields that are not known are left aside, and stored nowhere', async (t) => {
      const user = await settle(`strange-${operation.id.toLowerCase()}`)
      const parts = await requestOf(operation.id, user)
      const strange = Object.fromEntries(strangers.map((field) => [field, 'a stray value']))
      const headers = { ...user.headers, ...parts.headers }
      const res = await send(server, operation, { ...parts, headers, body: { ...strange, ...Object(parts.body) } })
      t.ok(res.statusCode < 300, res.body)
      t.notMatch(res.body, 'a stray value')
      t.notOk(isStored('a stray value'))
    })

    if (!operation.hasEnvelope) return
    t.test('fields inside and outside of the envelope at once are a 400', async (t) => {
      const fields = Object(sound.body)
      for (const name of Object.keys(fields)) {
        t.equal((await attempt(operation, sound, JSON.stringify({ arg: fields, [name]: fields[name] }))).status, 400, name)
      }
      t.equal((await attempt(operation, sound, JSON.stringify({ arg: { arg: fields } }))).status, 400, 'an envelope in an envelope')
    })
  })
}

for (const operation of operations.filter(({ method, id }) => method !== 'GET' && id !== 'importConversations')) {
  t.test(`${operation.id} refuses`, async (t) => {
    const sound = await requestOf(operation.id, await settle(`of-${operation.id.toLowerCase()}`))
    t.test('what is not JSON', async (t) => {
      for (const body of [...malformed, ...polluting]) {
        const { status, code } = await attempt(operation, sound, body)
        t.equal(status, 400, body)
        t.equal(code, 'MALFORMED_JSON', body)
      }
    })
    t.test('other content types', async (t) => {
      for (const type of otherTypes) t.equal((await attempt(operation, sound, '{}', type)).status, 415, type)
    })
  })
}
