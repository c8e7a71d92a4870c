import { v7 as uuid } from 'uuid'
import { titleKey } from '../conversations/title.js'
import { messageWords, titleWords } from '../search/index/entries.js'
import type { JsonObject, ReadyConversation, ReadyMessage } from '../formats/kit/draft.js'

/** A message as the writer stores it; the import thread has made its id and its JSON. */
export interface StagedMessage {
  messageId: string
  parentMessageId: string | null
  /** Identifies the message within its conversation across exports. */
  sourceId: string
  /** That of its parent, for messages that are added to a conversation that is here already. */
  parentSourceId: string | null
  body: string
  /** As the search index takes it. */
  words: string
  createdAt: number
  updatedAt: number
}

/** A conversation as the writer stores it. */
export interface StagedConversation {
  /** Number of the entry in the file, for the report. */
  index: number
  source: string
  sourceId: string
  fingerprint: string
  conversationId: string
  title: string
  titleKey: string
  /** The title as the search index takes it. */
  titleWords: string
  endpoint: string
  model: string | null
  /** Columns of their own among the settings. */
  endpointType: string | null
  agentId: string | null
  assistantId: string | null
  spec: string | null
  iconUrl: string | null
  tags: string
  settings: string
  isArchived: number
  pinned: number
  createdAt: number
  updatedAt: number
  /** The latest time in the source, null where it has none. */
  versionAt: number | null
  messages: StagedMessage[]
}

/** Settings that have columns of their own, by their wire names. */
const columns = { endpointType: 'endpointType', agent_id: 'agentId', assistant_id: 'assistantId', spec: 'spec', iconURL: 'iconUrl' } as const

/** Characters of text, and messages, after which a long conversation goes on in another part. */
const PART = { characters: 2 ** 21, messages: 1000 }

/**
 * Makes a user's conversation into rows: fresh, time-ordered ids, and everything else as text that only needs storing.
 * A long one comes in parts, each made when it is asked for; staging adds the messages of a later part to those that
 * are there, as it does for a conversation that the file has twice.
 */
export function * stagedParts (userNo: number, index: number, ready: ReadyConversation): Generator<StagedConversation, void, void> {
  const conversation = stagedConversation(userNo, index, ready)
  let messages: StagedMessage[] = []
  let size = 0
  let left = ready.messages.length
  for (const message of stagedMessages(userNo, ready.messages)) {
    messages.push(message)
    size += message.body.length
    if (--left > 0 && size < PART.characters && messages.length < PART.messages) continue
    yield { ...conversation, messages }
    messages = []
    size = 0
  }
}

function stagedConversation (userNo: number, index: number, ready: ReadyConversation): Omit<StagedConversation, 'messages'> {
  const { settings, own } = splitSettings(ready.settings)
  return {
    index,
    source: ready.source,
    sourceId: ready.sourceId,
    fingerprint: ready.fingerprint,
    conversationId: uuid(),
    title: ready.title,
    titleKey: titleKey(ready.title),
    titleWords: titleWords(userNo, ready.title),
    endpoint: ready.endpoint,
    model: ready.model,
    ...own,
    tags: JSON.stringify(ready.tags),
    settings: JSON.stringify(settings),
    isArchived: Number(ready.isArchived),
    pinned: Number(ready.pinned),
    createdAt: ready.createdAt,
    updatedAt: ready.updatedAt,
    versionAt: ready.versionAt
  }
}

function * stagedMessages (userNo: number, messages: ReadyMessage[]): Generator<StagedMessage, void, void> {
  const ids: string[] = []
  for (const { sourceId, parent, body, createdAt, updatedAt } of messages) {
    const messageId = uuid()
    ids.push(messageId)
    yield {
      messageId,
      parentMessageId: ids[parent] ?? null,
      sourceId,
      parentSourceId: messages[parent]?.sourceId ?? null,
      body: JSON.stringify(body),
      words: messageWords(userNo, body),
      createdAt,
      updatedAt
    }
  }
}

function splitSettings (given: JsonObject) {
  const settings = Object.entries(given).filter(([name]) => !Object.hasOwn(columns, name))
  const own = Object.entries(columns).map(([name, column]) => {
    const value = given[name]
    return [column, typeof value === 'string' ? value : null]
  })
  return {
    settings: Object.fromEntries(settings),
    own: Object.fromEntries(own) as Record<typeof columns[keyof typeof columns], string | null>
  }
}
