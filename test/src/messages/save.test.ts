import { randomUUID } from 'node:crypto'
import t from 'tap'
import { editMessage } from '../../../src/messages/commands.js'
import { saveMessage } from '../../../src/messages/save.js'
import { build } from '../../helper.js'

t.test('updatedAt goes forward with each write although the clock goes back', async (t) => {
  const { server, as } = await build(t)
  const { writer, reader } = server.database
  const headers = await as('ada')
  const userNo = Number(reader.$client.prepare('SELECT no FROM users').pluck().get())
  const conversationId = randomUUID()
  const times = async () => {
    const [message] = (await server.inject({ url: `/api/messages/${conversationId}`, headers })).json()
    const conversation = (await server.inject({ url: `/api/convos/${conversationId}`, headers })).json()
    return [Date.parse(message.updatedAt), Date.parse(conversation.updatedAt)]
  }
  const save = (text: string, now: number) => saveMessage(writer, { userNo, conversationId, message: { messageId: 'm1', text }, now })

  await save('Hello', 5000)
  const saved = await times()
  t.equal(saved[0], 5000)
  await save('Hello you', 3000)
  t.strictSame(await times(), saved.map((time) => time + 1))
  await editMessage(writer, { userNo, conversationId, messageId: 'm1', edit: { text: 'Hello all' }, now: 4000 })
  t.strictSame(await times(), saved.map((time) => time + 2))
  await save('Hello all of you', 9000)
  t.strictSame(await times(), [9000, 9000])
})
