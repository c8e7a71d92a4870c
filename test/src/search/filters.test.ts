import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createAccount } from '../../../src/accounts/user-commands.js'
import { commands } from '../../../src/commands.js'
import { archiveConversation, pinConversation, renameConversation } from '../../../src/conversations/commands.js'
import { rowJson } from '../../../src/conversations/list-row.js'
import { listConversations } from '../../../src/conversations/list.js'
import { openWriter } from '../../../src/db/open.js'
import { saveMessage } from '../../../src/messages/save.js'
import { bestConversations } from '../../../src/search/find/best-conversations.js'
import { conversationFilter } from '../../../src/search/find/conversations.js'
import { readListQuery } from '../../../src/search/find/list-query.js'
import { searchMessages } from '../../../src/search/find/messages.js'
import { readMessageQuery } from '../../../src/search/find/schemas.js'
import { searchFaults } from '../../../src/search/index/check.js'
import { setConversationTags } from '../../../src/tags/commands.js'
import { inlineWriter } from '../../../src/writer/inline.js'
import { walk } from './walk.js'

const USER = 1
const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)

const message = fc.record({
  word: fc.constantFrom('cat', 'dog'),
  isCreatedByUser: fc.boolean(),
  has: fc.subarray(['code', 'reasoning', 'tool', 'file']),
  day: fc.nat(5)
})
const conversation = fc.record({
  title: fc.constantFrom('cat', 'dog', 'bird'),
  model: fc.constantFrom('gpt-4o', 'gpt-3.5', 'claude-3'),
  endpoint: fc.constantFrom('openAI', 'anthropic'),
  source: fc.constantFrom(null, 'chatgpt', 'claude'),
  tags: fc.subarray(['work', 'home', 'a b']),
  isArchived: fc.boolean(),
  pinned: fc.boolean(),
  messages: fc.array(message, { minLength: 1, maxLength: 3 })
})
type Told = typeof conversation extends fc.Arbitrary<infer T> ? T : never
type Message = Told['messages'][number]

/** Each operator with what it means, said once more over plain objects. */
const ofConversation: Record<string, (told: Told) => boolean> = {
  'model:GPT-4': ({ model }) => model.startsWith('gpt-4'),
  'model:claude-3': ({ model }) => model === 'claude-3',
  'endpoint:openai': ({ endpoint }) => endpoint === 'openAI',
  'source:chatgpt': ({ source }) => source === 'chatgpt',
  'tag:work': ({ tags }) => tags.includes('work'),
  'tag:"a b"': ({ tags }) => tags.includes('a b'),
  '-tag:home': ({ tags }) => !tags.includes('home'),
  'tag:none': ({ tags }) => tags.length === 0,
  'pinned:true': ({ pinned }) => pinned,
  'archived:true': ({ isArchived }) => isArchived,
  'archived:false': ({ isArchived }) => !isArchived
}
const ofMessage: Record<string, (message: Message) => boolean> = {
  'role:user': ({ isCreatedByUser }) => isCreatedByUser,
  'role:assistant': ({ isCreatedByUser }) => !isCreatedByUser,
  'has:code': ({ has }) => has.includes('code'),
  'has:reasoning': ({ has }) => has.includes('reasoning'),
  'has:tool': ({ has }) => has.includes('tool'),
  'has:file': ({ has }) => has.includes('file')
}
const dates: Record<string, (day: number) => boolean> = { 'after:2026-01-03': (day) => day >= 2, 'before:2026-01-05': (day) => day < 4 }
const query = fc.record({
  word: fc.constantFrom('', 'cat', 'dog '),
  conversation: fc.subarray(Object.keys(ofConversation), { maxLength: 2 }),
  message: fc.subarray(Object.keys(ofMessage), { maxLength: 2 }),
  dates: fc.subarray(Object.keys(dates)),
  limit: fc.integer({ min: 1, max: 4 })
})
type Query = typeof query extends fc.Arbitrary<infer T> ? T : never

async function store (told: Told[]) {
  const db = openWriter(':memory:')
  const writer = inlineWriter(db, commands)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const ids: Array<{ conversationId: string, messageIds: string[] }> = []
  for (const { messages, title, model, endpoint, source, tags, isArchived, pinned } of told) {
    const conversationId = randomUUID()
    const messageIds: string[] = []
    for (const { word, isCreatedByUser, has, day } of messages) {
      const messageId = randomUUID()
      const content = [...has.includes('reasoning') ? [{ type: 'think', think: 'hm' }] : [], ...has.includes('tool') ? [{ type: 'tool_call', tool_call: { name: 'x' } }] : []]
      const text = has.includes('code') ? `${word}\n\`\`\`\n1\n\`\`\`` : word
      await saveMessage(writer, {
        userNo: USER, conversationId, now: START + day * DAY, message: { messageId, text, isCreatedByUser, model, endpoint, content, ...(has.includes('file') && { files: [{ filename: 'x' }] }) }
      })
      messageIds.push(messageId)
    }
    const now = START + Math.max(...messages.map(({ day }) => day)) * DAY
    await renameConversation(writer, { userNo: USER, conversationId, title, now })
    await setConversationTags(writer, { userNo: USER, conversationId, tags, now })
    if (isArchived) await archiveConversation(writer, { userNo: USER, conversationId, isArchived, now })
    if (pinned) await pinConversation(writer, { userNo: USER, conversationId, pinned })
    db.$client.prepare('UPDATE conversations SET created_at = ?, updated_at = ? WHERE conversation_id = ?')
      .run(START + Math.min(...messages.map(({ day }) => day)) * DAY, now, conversationId)
    if (source !== null) {
      db.$client.prepare(`INSERT INTO import_origins (conversation_pk, user_no, source, source_id, fingerprint)
        SELECT pk, 1, ?, pk, '' FROM conversations WHERE conversation_id = ?`).run(source, conversationId)
    }
    ids.push({ conversationId, messageIds })
  }
  return { db, writer, ids }
}

/** The operators that count: of those with one value, the last. */
function counting (names: string[]) {
  const operator = (name: string) => /^(?:model|archived):/.exec(name)?.[0] ?? name
  return names.filter((name, index) => !names.slice(index + 1).some((later) => operator(later) === operator(name)))
}

const textOf = ({ word, conversation, message, dates }: Query) => [...conversation, ...message, ...dates, word].join(' ')
const has = (text: string, word: string) => word === '' || text === word.trim()

function naiveMessages (told: Told[], ids: Array<{ messageIds: string[] }>, query: Query) {
  if (textOf(query).trim() === '') return []
  return told.flatMap((one, index) => one.messages.flatMap((message, at) => {
    const passes = counting(query.conversation).every((name) => ofConversation[name]?.(one)) && query.message.every((name) => ofMessage[name]?.(message)) &&
      query.dates.every((name) => dates[name]?.(message.day)) && has(message.word, query.word)
    return passes ? [ids[index]?.messageIds[at] ?? ''] : []
  })).sort()
}

function naiveConversations (told: Told[], ids: Array<{ conversationId: string }>, query: Query) {
  const isArchiveSaid = query.conversation.some((name) => name.startsWith('archived:'))
  return told.flatMap((one, index) => {
    const days = one.messages.map(({ day }) => day)
    const isDated = query.dates.every((name) => dates[name]?.(name.startsWith('after') ? Math.max(...days) : Math.min(...days)))
    const isFound = one.messages.some((message) => query.message.every((name) => ofMessage[name]?.(message)) && has(message.word, query.word)) ||
      (query.message.length === 0 && has(one.title, query.word))
    const passes = isDated && isFound && counting(query.conversation).every((name) => ofConversation[name]?.(one)) && (isArchiveSaid || !one.isArchived)
    return passes ? [ids[index]?.conversationId ?? ''] : []
  }).sort()
}

t.test('every operator finds what a scan of every row finds, by date and by relevance', async (t) => {
  const property = fc.asyncProperty(fc.array(conversation, { maxLength: 8 }), fc.array(query, { minLength: 25, maxLength: 25 }), async (told, queries) => {
    const { db, writer, ids } = await store(told)
    const messageId = db.$client.prepare<[number, number], string>('SELECT message_id FROM messages WHERE pk = (? << 18) + ?').pluck()
    for (const one of queries) {
      const search = textOf(one)
      for (const sort of ['newest', 'relevance'] as const) {
        const found = walk((cursor) => {
          const page = searchMessages(db, USER, readMessageQuery({ search, sort, pageSize: String(one.limit), ...(cursor !== undefined && { cursor }) }))
          return { ids: page.found.map(({ conversationPk, n }) => messageId.get(conversationPk, n) ?? ''), nextCursor: page.nextCursor }
        })
        t.equal(found.sort().join('\n'), naiveMessages(told, ids, one).join('\n'), `messages by ${sort}: ${search}`)
        const listed = walk((cursor) => {
          const { query, isRanked } = readListQuery({
            search,
            limit: String(one.limit),
            isArchived: 'false',
            pinned: 'false',
            sortDirection: 'desc',
            tags: [],
            ...(sort === 'relevance' && { sortBy: sort }),
            ...(cursor !== undefined && { cursor })
          })
          const page = isRanked ? bestConversations(db, USER, query) : listConversations(db, USER, query, conversationFilter)
          return { ids: page.rows.map((row) => JSON.parse(rowJson(row)).conversationId), nextCursor: page.nextCursor }
        })
        t.equal(listed.sort().join('\n'), naiveConversations(told, ids, one).join('\n'), `conversations by ${sort}: ${search}`)
      }
    }
    t.strictSame(searchFaults(db), [])
    await writer.close()
  })
  await fc.assert(property, { numRuns: 12 })
})
