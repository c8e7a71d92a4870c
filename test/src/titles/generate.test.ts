import t, { type Test } from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import * as commandModule from '../../../src/commands.js'
import { deleteConversation, renameConversation } from '../../../src/conversations/commands.js'
import { requireConversationForRead } from '../../../src/conversations/find.js'
import { UNTITLED } from '../../../src/conversations/title.js'
import { saveMessage } from '../../../src/messages/save.js'
import type { MessageInput } from '../../../src/messages/schemas.js'
import { connectOpenAi } from '../../../src/openai/connect.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { createTitleGenerator } from '../../../src/titles/generate.js'
import { openAiTitle } from '../../../src/titles/openai-title.js'
import { openDatabase } from '../../../src/writer/database.js'
import { SHORT_COMMAND_LIMITS } from '../../../src/writer/limits.js'
import { type Answer, completion, failure, hang, json, openAiServer, raw } from '../openai/openai-server.js'

const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
const now = Date.parse('2026-01-02T10:00:00Z')
const KEY = 'sk-test-1f9c2b7d'
const question: MessageInput = { messageId: 'q', text: 'Please tell me how otters sleep.', isCreatedByUser: true, endpoint: 'openAI' }
const answer: MessageInput = { messageId: 'a', parentMessageId: 'q', text: 'They hold hands.', isCreatedByUser: false }
const LOCAL = 'Tell me how otters sleep'

/** A generator over its own database, in which one user has a conversation of these messages, in this order. */
async function open (t: Test, messages: MessageInput[], { answers = [], limit = 10_000 }: { answers?: Answer[], limit?: number } = {}) {
  const database = await openDatabase(':memory:', commandModule, (error) => { throw error }, SHORT_COMMAND_LIMITS)
  t.teardown(() => database.close())
  const account = await createAccount(database.writer, {
    id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now
  })
  if (!account) throw new Error('There is no account')
  const userNo = account.no
  for (const message of messages) await saveMessage(database.writer, { userNo, conversationId, message, now })

  const { OPENAI_BASE_URL, received } = await openAiServer(t, ...answers)
  const server = await connectOpenAi({ OPENAI_BASE_URL, OPENAI_API_KEY: KEY }, limit)
  const failures: unknown[] = []
  const generator = createTitleGenerator({
    database,
    isEnabled: true,
    ...(server && answers.length > 0 && { askModel: (exchange) => openAiTitle(server, 'tiny', exchange) }),
    onModelFailure: (error) => { failures.push(error) }
  })
  return {
    ...database,
    userNo,
    received,
    failures,
    titleOf: () => generator.titleOf(userNo, conversationId),
    row: () => requireConversationForRead(database.reader, userNo, conversationId)
  }
}

t.test('a title is made once and kept, and the conversation keeps its place in the list', async (t) => {
  const { reader, titleOf, row } = await open(t, [question, answer])
  const before = row()
  t.equal(await titleOf(), LOCAL)
  t.strictSame(row(), { ...before, title: LOCAL })
  t.equal(await titleOf(), LOCAL)
  t.strictSame(searchFaults(reader), [], 'a search finds it by that title')
})

t.test('a title is made from text parts, not from thoughts', async (t) => {
  const content = [
    { type: 'think', think: 'Hm' }, { type: 'image_url', image_url: {} },
    { type: 'text', text: { value: 'How do otters sleep?' } }, { type: 'text', text: 'Do they?' }
  ]
  const { titleOf } = await open(t, [{ messageId: 'q', isCreatedByUser: true, content }])
  t.equal(await titleOf(), 'How do otters sleep?')
})

t.test('messages before the first of the user are skipped', async (t) => {
  const greeting = { messageId: 'g', text: 'How can I help?', isCreatedByUser: false }
  const { titleOf } = await open(t, [greeting, { ...question, parentMessageId: 'g' }])
  t.equal(await titleOf(), LOCAL)
})

t.test('a message without text gets the endpoint and the date', async (t) => {
  const { titleOf, received } = await open(t, [{ ...question, text: '' }], { answers: [completion('Nothing')] })
  t.equal(await titleOf(), 'OpenAI 2026-01-02')
  t.equal(received.length, 0, 'there is nothing to ask a model about')
})

t.test('a model gets at most 4,000 characters of the first exchange', async (t) => {
  const other = { messageId: 'b', parentMessageId: 'q', text: 'Second answer', isCreatedByUser: false }
  const { titleOf, received } = await open(t, [
    { ...question, text: `${'🦦'.repeat(8000)}` }, { ...answer, text: 'y'.repeat(50_000) }, other, { ...question, messageId: 'q2', parentMessageId: 'a' }
  ], { answers: [completion('Sleeping Otters')] })
  t.equal(await titleOf(), 'Sleeping Otters')
  const { model, messages: [instruction, exchange] } = JSON.parse(received[0]?.body ?? '')
  t.match([model, instruction.role, exchange.role], ['tiny', 'system', 'user'])
  t.equal(exchange.content, `User: ${'🦦'.repeat(1500)}\n\nAssistant: ${'y'.repeat(950)}`)
  t.ok(exchange.content.length < 4000)
})

const answers: Array<[name: string, answer: string, title: string]> = [
  ['plain', 'Sleeping Otters', 'Sleeping Otters'],
  ['quoted, with a full stop', '"Sleeping Otters."', 'Sleeping Otters'],
  ['quoted in another way', '„Schlafende Otter“', 'Schlafende Otter'],
  ['labelled', 'Title: Sleeping Otters', 'Sleeping Otters'],
  ['labelled on a line of its own, quoted and broken', '**Title:**\n\n"Sleeping\nOtters"...', 'Sleeping Otters'],
  ['labelled in Chinese', '标题：睡觉的水獭。', '睡觉的水獭'],
  ['explained', 'Sleeping Otters\n\nThis title says it all.', 'Sleeping Otters'],
  ['thought about', '<think>What is\n\na title?</think>\nSleeping Otters', 'Sleeping Otters'],
  ['thought about without an opening', 'Hm.</think>Sleeping Otters', 'Sleeping Otters'],
  ['markup', '# <b>Sleeping</b> **Otters**', 'Sleeping Otters'],
  ['control characters', '\u001b[1mSleeping\u0007\u0000\tOtters\u202E\uFEFF\uD800', 'Sleeping Otters'],
  ['a question', 'Do otters sleep?', 'Do otters sleep?'],
  ['a sermon', 'Otters sleep, and '.repeat(20), 'Otters sleep, and Otters sleep, and Otters sleep, and Otters sleep, and Otters sleep, and Otters']
]
for (const [name, said, title] of answers) {
  t.test(`an answer is cleaned: ${name}`, async (t) => {
    const { titleOf, failures } = await open(t, [question, answer], { answers: [completion(said)] })
    t.equal(await titleOf(), title)
    t.strictSame(failures, [])
  })
}

const faults: Array<[name: string, answers: Answer[], reason: string]> = [
  ['refuses the key', [failure(401)], 'The answer has status 401'],
  ['fails twice', [failure(500)], 'The answer has status 500'],
  ['answers broken JSON', [raw(200, '{"choices":')], 'The answer is not JSON'],
  ['answers 5 MB', [completion('x'.repeat(5_000_000))], 'The answer is too long'],
  ['hangs', [hang], 'No answer within 0.2 seconds'],
  ['answers something else', [json(200, { choices: [] })], 'The answer holds no title'],
  ['answers text', [raw(200, 'Sleeping Otters', { 'content-type': 'text/plain' })], 'The answer holds no title'],
  ['has nothing to say', [completion(null)], 'The answer holds no title'],
  ['says nothing', [completion(' "..." ')], 'The answer holds no title'],
  ['only thinks', [completion('<think>What is a title?')], 'The answer holds no title'],
  ['says what is no title', [completion(UNTITLED)], 'The answer holds no title']
]
for (const [name, answers, reason] of faults) {
  t.test(`the local title is taken when the server ${name}`, async (t) => {
    const { titleOf, row, failures } = await open(t, [question, answer], { answers, limit: reason.startsWith('No answer') ? 200 : 10_000 })
    t.equal(await titleOf(), LOCAL)
    t.equal(row().title, LOCAL)
    t.match(failures, [{ name: 'OpenAiError', message: reason }])
    t.notMatch(JSON.stringify(failures.map((error) => Object.entries(Object.getOwnPropertyDescriptors(error)))), KEY)
  })
}

t.test('a request is retried after a transient failure', async (t) => {
  const { titleOf, received, failures } = await open(t, [question, answer], { answers: [failure(429), completion('Sleeping Otters')] })
  t.equal(await titleOf(), 'Sleeping Otters')
  t.strictSame([received.length, failures], [2, []])
})

t.test('concurrent callers share one generation', async (t) => {
  const { titleOf, received } = await open(t, [question, answer], { answers: [completion('Sleeping Otters'), completion('Again')] })
  t.strictSame(await Promise.all(Array.from({ length: 50 }, titleOf)), Array(50).fill('Sleeping Otters'))
  t.equal(await titleOf(), 'Sleeping Otters')
  t.equal(received.length, 1)
})

/** Opens a conversation whose title is asked for, and does something else before the model answers. */
async function meanwhile (t: Test, act: (opened: Awaited<ReturnType<typeof open>>) => Promise<unknown>) {
  const opened: Awaited<ReturnType<typeof open>> = await open(t, [question, answer], {
    answers: [async (...sent) => {
      await act(opened)
      completion('Sleeping Otters')(...sent)
    }]
  })
  return opened
}

t.test('a title set by hand during generation is kept', async (t) => {
  const { titleOf, row } = await meanwhile(t, ({ writer, userNo }) =>
    renameConversation(writer, { userNo, conversationId, title: 'By hand', now: now + 1000 }))
  t.equal(await titleOf(), 'By hand')
  t.match(row(), { title: 'By hand', updatedAt: now + 1000 })
})

t.test('a conversation deleted during generation is NOT_FOUND', async (t) => {
  const { titleOf } = await meanwhile(t, ({ writer, userNo }) =>
    deleteConversation(writer, { userNo, conversationId, now }))
  await t.rejects(titleOf(), { code: 'NOT_FOUND', message: 'Conversation not found' })
})

t.test('all callers get a failed store as an error, and the next call tries again', async (t) => {
  const { reader, titleOf, row } = await open(t, [question])
  const { $client: sqlite } = reader
  sqlite.exec('CREATE TRIGGER refuse BEFORE UPDATE OF title ON conversations BEGIN SELECT raise(ABORT, \'refused\'); END')
  t.match(await Promise.allSettled([titleOf(), titleOf()]), [{ status: 'rejected' }, { status: 'rejected' }])
  t.equal(row().title, UNTITLED)
  t.strictSame(searchFaults(reader), [])
  sqlite.exec('DROP TRIGGER refuse')
  t.equal(await titleOf(), LOCAL)
})
