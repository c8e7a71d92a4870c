import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { requireConversationForRead } from '../../../src/conversations/find.js'
import { beginImport, publishImport, stageConversations } from '../../../src/imports/commands.js'
import { applyTagRenames } from '../../../src/tags/apply-renames.js'
import { changeTag, createTag, setConversationTags } from '../../../src/tags/commands.js'
import { listTags } from '../../../src/tags/queries.js'
import { MAX_TAGS_PER_ACCOUNT } from '../../../src/tags/store.js'
import { openDatabase } from '../../../src/writer/database.js'
import { storeConversation } from '../../stored-conversation.js'
import { stagedChats } from '../../staged-import.js'

/** A database with one account, which has tags `t1` to `t<count>`. */
async function open (t: Test, count: number) {
  const { reader: db, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(close)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const insert = db.$client.prepare('INSERT INTO tags (user_no, tag, position, created_at, updated_at) VALUES (1, ?, ?, 1, 1)')
  for (let n = 1; n <= count; n++) insert.run(`t${n}`, n)
  return { db, writer }
}

t.test('an account has a limited number of tags', async (t) => {
  const { db, writer } = await open(t, MAX_TAGS_PER_ACCOUNT - 1)
  const conversationId = await storeConversation(writer, 1, [{ messageId: 'm' }])
  const create = (tag: string) => createTag(writer, { userNo: 1, tag, description: null, conversationId: null, now: 1 })
  t.match(await create('last'), { position: MAX_TAGS_PER_ACCOUNT })
  await t.rejects(create('one more'), { code: 'LIMIT_REACHED' })
  t.match(await create('t1'), { tag: 't1' }, 'those that are there can be used')
  await t.rejects(setConversationTags(writer, { userNo: 1, conversationId, tags: ['t1', 'one more'], now: 1 }), { code: 'LIMIT_REACHED' })
  t.equal(requireConversationForRead(db, 1, conversationId).tags, '[]')
})

t.test('an import beyond the limit creates as many tags as there is room for, and keeps the others on its conversations', async (t) => {
  const { db, writer } = await open(t, MAX_TAGS_PER_ACCOUNT - 1)
  const conversationId = await storeConversation(writer, 1, [{ messageId: 'm' }], { tags: '["x","y"]' })
  t.equal(listTags(db, 1).length, MAX_TAGS_PER_ACCOUNT)
  t.equal(requireConversationForRead(db, 1, conversationId).tags, '["x","y"]')
})

t.test('an import creates many tags in steps, and shows nothing before the last', async (t) => {
  const { db } = await open(t, 3)
  const names = Array.from({ length: 250 }, (_, n) => `n${String(n).padStart(3, '0')}`)
  const chats = stagedChats(1, names.map((id) => ({ id, turns: ['Hello'] })))
  const conversations = chats.map((chat, n) => ({ ...chat, tags: JSON.stringify([names[n], 't1']) }))
  const partitionNo = beginImport.run(db, { userNo: 1, now: 1 })
  for (const steps = stageConversations.run(db, { userNo: 1, partitionNo, restoreDeleted: false, conversations }); !steps.next().done;) continue
  const isVisible = db.$client.prepare('SELECT state = \'live\' FROM partitions WHERE no = ?').pluck()
  let steps = 0
  for (const publishing = publishImport.run(db, { userNo: 1, partitionNo, now: 1 }); !publishing.next().done; steps++) {
    t.equal(isVisible.get(partitionNo), 0)
  }
  t.ok(steps > 2)
  t.equal(isVisible.get(partitionNo), 1)
  t.strictSame(listTags(db, 1).map(({ tag, position, count }) => [tag, position, count]),
    [['t1', 1, 250], ['t2', 2, 0], ['t3', 3, 0], ...names.map((name, n) => [name, n + 4, 1])])
})

t.test('an import spells tags as their owner does, also when one is renamed while it is published', async (t) => {
  const { db } = await open(t, 1)
  const stage = (chats: Array<[id: string, tags: string[]]>) => {
    const conversations = stagedChats(1, chats.map(([id]) => ({ id, turns: ['Hello'] }))).map((chat, n) => ({ ...chat, tags: JSON.stringify(chats[n]?.[1]) }))
    const partitionNo = beginImport.run(db, { userNo: 1, now: 1 })
    for (const steps = stageConversations.run(db, { userNo: 1, partitionNo, restoreDeleted: false, conversations }); !steps.next().done;) continue
    return publishImport.run(db, { userNo: 1, partitionNo, now: 1 })
  }
  const shown = () => db.$client.prepare('SELECT tag, count(*) AS count FROM conversation_tags GROUP BY tag ORDER BY tag').all()
  const many = Array.from({ length: 50 }, (_, n): [string, string[]] => [`c${n}`, ['T1', 'new', 'New', 'Cafe\u0301']])
  for (const step of stage(many)) t.equal(step, undefined)
  t.strictSame(shown(), [{ tag: 'Caf\u00e9', count: 50 }, { tag: 'New', count: 50 }, { tag: 't1', count: 50 }])
  t.strictSame(listTags(db, 1).map(({ tag, count }) => `${tag} ${count}`), ['t1 50', 'Caf\u00e9 50', 'New 50'])

  const publishing = stage(Array.from({ length: 50 }, (_, n): [string, string[]] => [`d${n}`, ['T1']]))
  for (let n = 0; !publishing.next().done; n++) if (n === 2) changeTag.run(db, { userNo: 1, tag: 't1', rename: 'T1', now: 2 })
  const tags = listTags(db, 1).map(({ tag, count }) => `${tag} ${count}`)
  t.strictSame(tags, ['T1 100', 'Caf\u00e9 50', 'New 50'])
  for (const step of applyTagRenames.run(db, undefined)) t.equal(step, undefined)
  t.strictSame(listTags(db, 1).map(({ tag, count }) => `${tag} ${count}`), tags)
})
