import { dataService, type TConversation, type TForkConvoRequest, type TMessage } from 'librechat-data-provider'
import t from 'tap'
import { connectLibrary, say, signUp, startConversation, statusOf } from './client.js'

interface Copy { conversation: TConversation, messages: TMessage[] }

/** Texts of a copy, in the order it has them. */
const texts = ({ messages }: Copy) => messages.map(({ text }) => text).join(' ')

t.test('LibreChat\'s client library forks and duplicates', async (t) => {
  await connectLibrary(t)
  await signUp()

  // Q - A - Q2 - A2, with another answer A' to Q, and Q3 beside Q2.
  const { conversationId, messageId: question } = await startConversation('Q')
  const answer = await say(conversationId, 'A', { parentMessageId: question, isCreatedByUser: false })
  await say(conversationId, 'A\'', { parentMessageId: question, isCreatedByUser: false })
  const second = await say(conversationId, 'Q2', { parentMessageId: answer })
  await say(conversationId, 'Q3', { parentMessageId: answer })
  const latestMessageId = await say(conversationId, 'A2', { parentMessageId: second, isCreatedByUser: false })
  await dataService.updateConversation({ conversationId, title: 'Source' })
  await dataService.archiveConversation({ conversationId, isArchived: true })

  const fork = (request: Partial<TForkConvoRequest>) =>
    dataService.forkConversation({ conversationId, messageId: second, splitAtTarget: false, latestMessageId, ...request })

  const cases: Array<[request: Partial<TForkConvoRequest>, copied: string]> = [
    [{ option: 'directPath' }, 'Q A Q2'],
    [{ option: 'includeBranches' }, 'Q A A\' Q2 Q3'],
    [{ option: 'targetLevel' }, 'Q A A\' Q2 Q3'],
    [{ option: '' }, 'Q A A\' Q2 Q3'],
    [{}, 'Q A A\' Q2 Q3'],
    [{ option: 'directPath', splitAtTarget: true }, 'Q2 A2'],
    [{ option: 'targetLevel', splitAtTarget: true }, 'Q2 Q3 A2']
  ]
  for (const [request, copied] of cases) {
    t.test(`${JSON.stringify(request)} copies ${copied}`, async (t) => {
      const copy = await fork(request)
      t.equal(texts(copy), copied)
      t.match(copy.conversation, { title: 'Source', isArchived: false })
      t.strictSame(await dataService.getMessagesByConvoId(String(copy.conversation.conversationId)), copy.messages)
    })
  }

  t.test('a duplicate has every message, and stands first in the list of copies', async (t) => {
    const copy = await dataService.duplicateConversation({ conversationId })
    t.equal(texts(copy), 'Q A A\' Q2 Q3 A2')
    t.match(copy.conversation, { title: 'Source', isArchived: false })
    const { conversations } = await dataService.listConversations()
    t.equal(conversations.length, cases.length + 1)
    t.equal(conversations[0]?.conversationId, copy.conversation.conversationId)
  })

  t.test('what cannot be forked is an error of its own kind', async (t) => {
    t.equal(await statusOf(fork({ option: 'default' })), 400)
    t.equal(await statusOf(dataService.forkConversation({ conversationId, messageId: second, splitAtTarget: true })), 400)
    t.equal(await statusOf(fork({ messageId: 'nowhere' })), 404)
    t.equal(await statusOf(dataService.duplicateConversation({ conversationId: '00000000-0000-4000-8000-000000000000' })), 404)
  })
})
