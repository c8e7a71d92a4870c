import { readFile } from 'node:fs/promises'
import t from 'tap'
import { build } from '../helper.js'
import { contract, currentContract } from '../openapi.js'
import { type Description, describe, listOperations, type Schema } from '../operations.js'

t.test('/docs/json is the contract that is checked in; after a wanted change run `npm run openapi`', async (t) => {
  t.equal(await currentContract(), await readFile(contract, 'utf8'))
})

t.test('the description', async (t) => {
  const { server } = await build(t)
  const description = await describe(server)
  const operations = await listOperations(server)

  t.test('is OpenAPI 3.1 and lists the routes that there are', async (t) => {
    t.match(description.openapi, /^3\.1\./)
    const routes = server.printRoutes({ commonPrefix: false }).matchAll(/(GET|POST|PUT|DELETE|PATCH)/g)
    t.ok([...routes].length > 0)
    for (const { method, path } of operations) {
      t.ok(server.hasRoute({ method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') }), `${method} ${path}`)
    }
  })

  t.test('names each operation once', async (t) => {
    const ids = operations.map(({ id }) => id)
    t.strictSame(ids.filter((id, i) => ids.indexOf(id) !== i), [])
    for (const id of ids) t.match(id, /^[a-z][A-Za-z]+$/)
  })

  for (const { id, isOpen, statuses, described } of operations) {
    t.test(`says of ${id} what a client has to know`, async (t) => {
      t.ok(described.summary)
      t.equal(described.tags.length, 1)
      t.equal(isOpen, !statuses.includes(401) || ['login', 'refresh', 'loginByProxy', 'usePasswordLink'].includes(id), 'and who may ask')
      for (const status of [429, 500, 503]) t.ok(statuses.includes(status), `and its ${status}`)
      const [[status, { content = {} }] = ['', {}]] = Object.entries(described.responses)
      t.match(status, /^2/)
      for (const [type, media] of [...Object.entries(content), ...Object.entries(described.requestBody?.content ?? {})]) {
        const isShown = media.example ?? media.examples ?? hasExample(media.schema, description)
        t.ok(isShown || type === 'multipart/form-data', 'and an example')
      }
      for (const { name, required = false, schema } of described.parameters ?? []) {
        t.notOk(required && 'default' in schema, `${name} has a default and need not be sent`)
      }
    })
  }
})

/** Whether a reader sees a sample of it: one that is given, or one made of the samples of all that it must have. */
function hasExample (schema: Schema, description: Description): boolean {
  const { $ref, example, examples, type, items, properties = {}, required = [] } = schema
  if ($ref !== undefined) {
    const shared = description.components.schemas[$ref.split('/').at(-1) ?? '']
    return shared !== undefined && hasExample(shared, description)
  }
  if (example !== undefined || examples !== undefined || type === 'boolean') return true
  if (items) return hasExample(items, description)
  if (schema.oneOf) return schema.oneOf.some((form) => hasExample(form, description))
  return required.length > 0 && required.every((name) => hasExample(properties[name] ?? {}, description))
}
