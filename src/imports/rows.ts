import { v7 as uuid } from 'uuid'
import { titleKey } from '../conversations/title.js'
import { messageWords, titleWords } from '../search/fts.js'
import type { JsonObject, ReadyConversation, ReadyMessage } from './draft.js'

/** A message as the writer stores it; the import thread has made its id and its JSON. */
export interface StagedMessage {
  messageId: string
  parentMessageId: string | null
  sourceId: string
  /** The source id of the parent, for messages that are added to a conversation that is here already. */
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
  messages: StagedMessage[]
}

/** Settings that have columns of their own, by their wire names. */
const columns = { endpointType: 'endpointType', agent_id: 'agentId', assistant_id: 'assistantId', spec: 'spec', iconURL: 'iconUrl' } as const

/** Makes a user's conversation into rows: fresh, time-ordered ids, and everything else as text that only needs storing. */
export function stagedConversation (userNo: number, index: number, ready: ReadyConversation): StagedConversation {
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
    messages: stagedMessages(userNo, ready.messages)
  }
}

function stagedMessages (userNo: number, messages: ReadyMessage[]): StagedMessage[] {
  const staged: StagedMessage[] = []
  for (const { sourceId, parent, body, createdAt, updatedAt } of messages) {
    const above = staged[parent]
    staged.push({
      messageId: uuid(),
      parentMessageId: above?.messageId ?? null,
      sourceId,
      parentSourceId: above?.sourceId ?? null,
      body: JSON.stringify(body),
      words: messageWords(userNo, body),
      createdAt,
      updatedAt
    })
  }
  return staged
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
