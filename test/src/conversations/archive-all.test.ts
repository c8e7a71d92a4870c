import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { archiveAllConversations, archiveConversation, deleteConversation } from '../../../src/conversations/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'

t.test('archiving everything archives what was there when it began', async (t) => {
  const { reader: db, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(close)
  for (const id of ['ada', 'eve']) {
    await createAccount(writer, { id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: 1 })
  }
  const create = async (userNo: number) => {
    const conversationId = randomUUID()
    await saveMessage(writer, { userNo, conversationId, message: { messageId: conversationId, text: 'Hi' }, now: 1 })
    return conversationId
  }
  const isArchived = (conversationId: string) =>
    db.$client.prepare<[string], number>('SELECT is_archived FROM conversations WHERE conversation_id = ?').pluck().get(conversationId)

  const ids: string[] = []
  for (let n = 0; n < 450; n++) ids.push(await create(1))
  const [first = '', second = '', third = ''] = ids
  const others = await create(2)
  await archiveConversation(writer, { userNo: 1, conversationId: second, isArchived: true, now: 2 })
  await deleteConversation(writer, { userNo: 1, conversationId: third, now: 2 })

  const steps = archiveAllConversations.run(db, { userNo: 1, now: 3 })
  t.notOk(steps.next().done, 'there is more than one step')
  t.equal(isArchived(first), 1)
  await archiveConversation(writer, { userNo: 1, conversationId: first, isArchived: false, now: 2 })
  const late = await create(1)
  let last = steps.next()
  while (!last.done) last = steps.next()

  t.strictSame(last.value, { archivedCount: 448 }, 'without the one that was archived, and the one that was deleted')
  t.equal(isArchived(first), 0, 'what is unarchived meanwhile stays so')
  t.equal(isArchived(late), 0, 'what is created meanwhile is left alone')
  t.equal(isArchived(third), 0)
  t.equal(isArchived(others), 0)
  t.equal(ids.filter((id) => isArchived(id) === 1).length, 448)
})
