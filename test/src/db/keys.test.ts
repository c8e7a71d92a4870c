import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { deleteConversation } from '../../../src/conversations/commands.js'
import { findConversation } from '../../../src/conversations/find.js'
import { copyConversation } from '../../../src/copies/copy.js'
import { MAX_USERS } from '../../../src/db/keys.js'
import { createHousekeeping } from '../../../src/housekeeping.js'
import { deleteMessage, editMessage } from '../../../src/messages/commands.js'
import { streamMessages } from '../../../src/messages/stream.js'
import { saveMessage } from '../../../src/messages/save.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { storeConversation } from '../../stored-conversation.js'

for (const userNo of [1, 1024, MAX_USERS]) {
  t.test(`the messages of user ${userNo} are told apart`, async (t) => {
    const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
    t.teardown(() => database.close())
    const { reader: db, writer } = database
    const housekeeping = createHousekeeping(writer, (error) => { throw error })
    const account = (id: string) => createAccount(writer, {
      id, email: `${id}@example.test`, username: id, name: id, passwordHash: null, isOpen: true, now: 1
    })
    // The next account gets the number after that of the last one there ever was.
    db.$client.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('users', ${userNo - 1})`)
    t.match(await account('ada'), { no: userNo })

    const conversationId = randomUUID()
    const of = { userNo, conversationId, now: 1 }
    const textsOf = (id: string) => {
      const conversation = findConversation(db, userNo, id)
      if (!conversation) return null
      return JSON.parse([...streamMessages(db, conversation)].join('')).map(({ text }: { text: string }) => text)
    }
    for (const [n, text] of ['one', 'two', 'three', 'four', 'five'].entries()) {
      await saveMessage(writer, { ...of, message: { messageId: `m${n}`, text, ...(n > 0 && { parentMessageId: 'm0' }) } })
    }
    t.strictSame(textsOf(conversationId), ['one', 'two', 'three', 'four', 'five'])
    await editMessage(writer, { ...of, messageId: 'm1', edit: { text: 'second' } })
    await deleteMessage(writer, { ...of, messageId: 'm2' })
    await saveMessage(writer, { ...of, message: { messageId: 'm3', parentMessageId: 'm4' } })
    t.strictSame(textsOf(conversationId), ['one', 'second', 'five', 'four'])

    const { found } = searchMessages(db, userNo, { search: 'second', pageSize: 25 })
    t.match(found, [{ n: 2 }])
    const copy = await copyConversation({ database, housekeeping }, { userNo, conversationId, fork: null, title: '' })
    t.strictSame(textsOf(copy.conversationId), ['one', 'second', 'five', 'four'])
    const imported = await storeConversation(writer, userNo, [{ messageId: 'i1' }, { messageId: 'i2' }, { messageId: 'i3' }])
    t.strictSame(textsOf(imported), ['i1', 'i2', 'i3'])
    t.strictSame(searchFaults(db), [])

    await deleteConversation(writer, of)
    housekeeping.schedule()
    await housekeeping.idle()
    t.equal(db.$client.prepare('SELECT count(*) FROM messages').pluck().get(), 7)
    t.strictSame(searchFaults(db), [])
  })
}
