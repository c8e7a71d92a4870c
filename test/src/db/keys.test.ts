import { randomUUID } from 'node:crypto'
import t from 'tap'
import { findConversation } from '../../../src/conversations/row.js'
import { MAX_USERS } from '../../../src/db/keys.js'
import { openStorage } from '../../../src/writer/storage.js'
import { messagesAsJson } from '../../../src/messages/queries.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { copyConversation } from '../../../src/copies/copy.js'
import { createHousekeeping } from '../../../src/writer/housekeeping.js'
import { storeConversation } from '../../stored-conversation.js'

for (const userNo of [1, 1024, MAX_USERS]) {
  t.test(`the messages of user ${userNo} are told apart`, async (t) => {
    const storage = await openStorage(':memory:', (error) => { throw error })
    t.teardown(() => storage.close())
    const { reader: db, writer } = storage
    const housekeeping = createHousekeeping(writer, (error) => { throw error })
    const account = (id: string) => writer.run('createAccount', {
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
      return JSON.parse([...messagesAsJson(db, conversation)].join('')).map(({ text }: { text: string }) => text)
    }
    for (const [n, text] of ['one', 'two', 'three', 'four', 'five'].entries()) {
      await writer.run('saveMessage', { ...of, message: { messageId: `m${n}`, text, ...(n > 0 && { parentMessageId: 'm0' }) } })
    }
    t.strictSame(textsOf(conversationId), ['one', 'two', 'three', 'four', 'five'])
    await writer.run('editMessage', { ...of, messageId: 'm1', edit: { text: 'second' } })
    await writer.run('deleteMessage', { ...of, messageId: 'm2' })
    await writer.run('saveMessage', { ...of, message: { messageId: 'm3', parentMessageId: 'm4' } })
    t.strictSame(textsOf(conversationId), ['one', 'second', 'five', 'four'])

    const { found } = searchMessages(db, userNo, { search: 'second', pageSize: 25 })
    t.match(found, [{ n: 2 }])
    const copy = await copyConversation({ storage, housekeeping }, { userNo, conversationId, fork: null, title: '' })
    t.strictSame(textsOf(copy.conversationId), ['one', 'second', 'five', 'four'])
    const imported = await storeConversation(writer, userNo, [{ messageId: 'i1' }, { messageId: 'i2' }, { messageId: 'i3' }])
    t.strictSame(textsOf(imported), ['i1', 'i2', 'i3'])
    t.strictSame(searchFaults(db), [])

    await writer.run('deleteConversation', of)
    housekeeping.nudge()
    await housekeeping.idle()
    t.equal(db.$client.prepare('SELECT count(*) FROM messages').pluck().get(), 7)
    t.strictSame(searchFaults(db), [])
  })
}
