import { parseArgs } from 'node:util'
import t from 'tap'
import { DomainError } from '../../src/errors.js'
import { answerChecker } from '../documented-answer.js'
import { describe, injection, listOperations, type Operation, type Parts, type Schema } from '../operations.js'
import { buildWorld, requestOf, type World } from '../world.js'

/*
 * npm run fuzz -- --count N --seed S
 * Sends requests made from the OpenAPI document over real sockets: sound ones, ones with hostile values in some places, and bodies that
 * are none. Every answer must have a status that is documented, the type and the schema of it, and no field beside. Accounts are
 * deleted meanwhile. The same seed makes the same requests.
 */

const { values: { count, seed } } = parseArgs({ options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } })

/** Failures of the request itself, which any operation can have (`default` in the document). */
const TRANSPORT = [400, 404, 405, 408, 413, 414, 415, 417, 431]

/** Operations that start a thread, or need one that has run. They take as long as fifty others, and so come less often. */
const STARTS_THREAD = /^(?:importConversations|getImport|cancelImport|exportConversation|startExport|getExport|downloadExport|deleteExport)$/
const THREAD_SHARE = 0.15

const USERS = 6
const WORKERS = 4

/** Mulberry32: numbers from 0 to 1 that depend on the seed only. */
function random (state: number) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const next = random(Number(seed))
const pick = <T>(values: readonly [T, ...T[]]): T => values[Math.floor(next() * values.length)] ?? values[0]
const chance = (share: number) => next() < share

const texts = [
  '', ' ', 'x', 'null', '0', '-1', '1e999', '\u0000', '\ud800', '\ufdfa'.repeat(20), '漢字'.repeat(90), '../../etc/passwd', '%00', '"', '-word', '"a phrase"', 'lisb*', '<b>',
  "'; DROP TABLE users; --", '__proto__', 'constructor', '\u202eabc', 'é', 'x'.repeat(5000), '00000000-0000-0000-0000-000000000000', '2026-01-01T00:00:00.000Z'
] as const

/** Any JSON value, of the schema's type or of another. */
function hostile (schema: Schema): unknown {
  const sound = schema.enum ?? schema.examples ?? []
  return pick<() => unknown>([
    () => pick([...texts]), () => pick([...texts]), () => null, () => chance(0.5), () => pick([0, -1, 1.5, 2 ** 53, 1e308]), () => [], () => ({}),
    () => [pick([...texts])], () => ({ [pick([...texts])]: pick([...texts]) }), () => sound[Math.floor(next() * sound.length)]
  ])()
}

/** A sound request with some of its places changed. */
function mutated ({ parameters, body }: Operation, parts: Parts, others: World[]): Parts {
  const changed: Parts = { ...parts, params: { ...parts.params }, query: { ...parts.query } }
  for (const { in: place, name, schema } of parameters) {
    if (!chance(0.3)) continue
    const value = chance(0.3) ? pick([others[0]?.conversationId ?? 'x', others[0]?.messageId ?? 'x', others[0]?.tag ?? 'x']) : chance(0.3) ? pick(['1', '100', 'true', 'false', 'title']) : String(hostile(schema))
    if (place === 'path') changed.params = { ...changed.params, [name]: value === '' ? 'x' : value.toWellFormed?.() ?? value.replace(/[\ud800-\udfff]/g, '') }
    if (place === 'query') changed.query = { ...changed.query, [name]: value }
  }
  if (body && chance(0.1)) return { ...changed, body: pick(['', '{', '[]', 'null', '"text"', '{"a":1}{}', '\u0000']) }
  const fields = Object.entries(body?.properties ?? {}).filter(() => chance(0.25)).map(([name, schema]) => [name, hostile(schema)])
  const strange = chance(0.2) ? { [pick([...texts])]: 'strange', _id: 'x' } : {}
  if (typeof parts.body === 'object' || (body && parts.body === undefined)) changed.body = { ...strange, ...Object(parts.body), ...Object.fromEntries(fields) }
  return changed
}

const { server, settle } = await buildWorld(t, { JWT_AUTO_PROVISION: false })
const base = await server.listen({ port: 0, host: '127.0.0.1' })
const operations = await listOperations(server)
const faultsOf = answerChecker(await describe(server), true)
const users: World[] = []
let settled = 0
for (let n = 0; n < USERS; n++) users.push(await settle(`user${settled++}`))

const statuses = new Map<number, number>()
const faults: string[] = []
let sent = 0

async function one (): Promise<void> {
  const operation = pick(operations as [Operation, ...Operation[]])
  const place = Math.floor(next() * USERS)
  const user = users[place]
  if (!user || operation.path.startsWith('/api/admin') || (STARTS_THREAD.test(operation.id) && !chance(THREAD_SHARE))) return one()
  const sound = await requestOf(operation.id, user).catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error
  })
  // Another worker has deleted the account meanwhile.
  if (!sound) {
    users[place] = await settle(`user${settled++}`)
    return
  }
  const parts = chance(0.4) ? sound : mutated(operation, sound, users)
  const isSigned = chance(0.95)
  const headers = { ...(isSigned && user.headers), ...parts.headers, ...(chance(0.05) && { 'content-type': pick(['text/plain', 'application/json; charset=utf-16', 'multipart/form-data']) }) }
  const { url, payload } = injection(operation, { ...parts, headers })
  const method = operation.method
  const type = parts.body === undefined ? {} : { 'content-type': 'application/json' }
  const res = await fetch(base + url, { method, headers: { ...type, ...headers }, body: payload === undefined ? null : String(payload), redirect: 'manual' })
  const body = await res.text()
  statuses.set(res.status, (statuses.get(res.status) ?? 0) + 1)
  const told = `${operation.id} ${method} ${url.slice(0, 200)} ${JSON.stringify(parts.body)?.slice(0, 200)} answers ${res.status} ${body.slice(0, 300)}`
  const isKnown = operation.statuses.includes(res.status) || TRANSPORT.includes(res.status)
  if (!isKnown || (res.status >= 500 && res.status !== 503 && res.status !== 507)) faults.push(told)
  else if (operation.statuses.includes(res.status) && res.status !== 304) {
    const answered: Record<string, string> = {}
    res.headers.forEach((value, name) => { answered[name] = value })
    faults.push(...faultsOf(operation, { statusCode: res.status, headers: answered, body }).map((fault) => `${told}: ${fault}`))
  }
  // The account or its session may be gone, and then another takes its place.
  if ((res.status === 401 && isSigned) || operation.id === 'deleteUser') users[place] = await settle(`user${settled++}`)
}

t.test(`${count} requests of seed ${seed}`, { timeout: 0 }, async (t) => {
  const begun = performance.now()
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    while (sent++ < Number(count)) await one()
  }))
  t.comment(`${Math.round((performance.now() - begun) / 1000)} s; by status: ${[...statuses].sort(([a], [b]) => a - b).map((entry) => entry.join(' × ')).join(', ')}`)
  t.strictSame(faults.slice(0, 20), [])
  t.equal((await server.inject('/readyz')).statusCode, 200)
})
