import t from 'tap'
import { branchThrough, buildTree, siblingsOf } from '../../../src/web/state/tree.js'

/** Messages as `id parent minute`, parents first. */
function messages (...rows: string[]) {
  return rows.map((row) => {
    const [messageId = '', parentMessageId = '', minute = '0'] = row.split(' ')
    return { messageId, parentMessageId, createdAt: `2026-01-01T00:${minute.padStart(2, '0')}:00.000Z` }
  })
}

const ids = (list: Array<{ messageId: string }>) => list.map(({ messageId }) => messageId).join(' ')

t.test('without a leaf the branch of the newest message is shown', async (t) => {
  const tree = buildTree(messages('a - 0', 'b a 1', 'c a 2', 'd b 9', 'e c 5'))
  t.equal(ids(branchThrough(tree, null)), 'a b d')
  t.equal(ids(branchThrough(tree, 'unknown')), 'a b d')
})

t.test('a message in the middle leads on to the newest leaf below it', async (t) => {
  const tree = buildTree(messages('a - 0', 'b a 1', 'c b 2', 'd b 7', 'e b 3'))
  t.equal(ids(branchThrough(tree, 'b')), 'a b d')
  t.equal(ids(branchThrough(tree, 'e')), 'a b e')
})

t.test('siblings share a parent; roots are siblings, whatever parent they name', async (t) => {
  const tree = buildTree(messages('a none 0', 'b gone 1', 'c a 2', 'd a 3'))
  const siblings = (id: string) => tree.messages.filter(({ messageId }) => messageId === id).flatMap((message) => siblingsOf(tree, message))
  t.equal(ids(siblings('d')), 'c d')
  t.equal(ids(siblings('a')), 'a b')
})

t.test('no messages are no branch', async (t) => {
  t.strictSame(branchThrough(buildTree([]), null), [])
})

t.test('a chain of 50,000 messages is no trouble', async (t) => {
  const chain = Array.from({ length: 50_000 }, (_, index) => ({ messageId: `${index}`, parentMessageId: `${index - 1}`, createdAt: '2026-01-01T00:00:00.000Z' }))
  t.equal(branchThrough(buildTree(chain), '0').length, 50_000)
})
