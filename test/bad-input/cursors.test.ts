import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { changeAccess } from '../../src/accounts/user-commands.js'
import { listOperations, type Operation, type Parts, send } from '../operations.js'
import { buildWorld } from '../world.js'

const RUNS = 2000

const { server, settle } = await buildWorld(t)
const ada = await settle('ada')
const eve = await settle('eve')
await changeAccess(server.database.writer, { userNo: ada.userNo, role: 'ADMIN', now: Date.now() })

/** Lists with a page of one row, so that the first answer has a cursor. */
const lists: Record<string, Parts[]> = {
  listConversations: ['updatedAt', 'createdAt', 'title'].flatMap((sortBy) => ['asc', 'desc'].map((sortDirection) =>
    ({ query: { limit: '1', sortBy, sortDirection } }))),
  searchMessages: [{ query: { search: ada.secret, pageSize: '1' } }, { query: { search: `"${ada.secret}"`, pageSize: '2' } }, { query: { search: ada.secret, pageSize: '1', sort: 'relevance' } }],
  listUsers: [{ query: { limit: '1' } }],
  listTags: [{ query: { limit: '1' } }]
}

async function ask (operation: Operation, { query = {} }: Parts, user = ada, cursor?: string) {
  return await send(server, operation, { query: { ...query, ...(cursor !== undefined && { cursor }) }, headers: user.headers })
}

for (const operation of (await listOperations(server)).filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'))) {
  t.test(operation.id, async (t) => {
    const parts = lists[operation.id] ?? []
    t.ok(parts.length > 0, 'has lists to page through')
    const cursors: string[] = []
    for (const part of parts) {
      const res = await ask(operation, part)
      const cursor = res.json().nextCursor ?? cursorInLink(String(res.headers.link))
      t.type(cursor, 'string')
      cursors.push(String(cursor))
    }

    t.test('a cursor is good for the list it came from, and for no other', async (t) => {
      for (const [i, part] of parts.entries()) {
        for (const [j, cursor] of cursors.entries()) {
          t.equal((await ask(operation, part, ada, cursor)).statusCode, i === j ? 200 : 400)
          // Eve is no administrator, so she is refused before her cursor is read.
          t.equal((await ask(operation, part, eve, cursor)).statusCode, operation.scope === 'admin' ? 403 : 400)
        }
      }
    })

    t.test(`${RUNS} damaged cursors are a 200 or a 400 that names the cursor`, async (t) => {
      const statuses = new Map<number, number>()
      const some = fc.constantFrom(...cursors)
      await fc.assert(fc.asyncProperty(fc.nat(parts.length - 1), fc.oneof(edited(some), rewritten(some), fc.string({ maxLength: 60 })), async (list, cursor) => {
        const res = await ask(operation, parts[list] ?? {}, ada, cursor)
        statuses.set(res.statusCode, (statuses.get(res.statusCode) ?? 0) + 1)
        const isRefused = res.statusCode === 400 && res.json().errors?.[0]?.field === 'cursor'
        if (res.statusCode !== 200 && !isRefused) throw new Error(res.body)
      }), { numRuns: RUNS })
      t.comment(statuses)
    })
  })
}

/** The cursor of the next page, where the page is a bare array. */
function cursorInLink (link: string) {
  return new URL(/<([^>]*)>; rel="next"/.exec(link)?.[1] ?? '', 'http://localhost').searchParams.get('cursor')
}

/** A cursor with a piece of it replaced. */
function edited (cursors: fc.Arbitrary<string>) {
  return fc.tuple(cursors, fc.nat(100), fc.nat(6), fc.string({ maxLength: 6 }))
    .map(([cursor, at, length, text]) => cursor.slice(0, at) + text + cursor.slice(at + length))
}

/** A cursor that is sound outside and holds other values inside. */
function rewritten (cursors: fc.Arbitrary<string>) {
  const value = fc.oneof(fc.jsonValue().map((json) => JSON.stringify(json)), fc.constantFrom('1e308', '-1', '-0', '9223372036854775808', '', '%00', randomUUID(), 'NaN'))
  return fc.tuple(cursors, fc.nat(5), value).map(([cursor, at, value]) => cursor.split('.').toSpliced(at, 1, value).join('.'))
}
