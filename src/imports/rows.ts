import { v7 as uuid } from 'uuid'
import { type SettingColumn, settingColumns } from '../conversations/settings.js'
import { titleKey } from '../search/index/title-key.js'
import { messageWords, titleWords } from '../search/index/entries.js'
import type { JsonObject, MessageBody, ReadyConversation, ReadyMessage } from '../formats/kit/draft.js'

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
  /** 1 where Parley's own export says that its text was changed since it was imported. */
  editedHere?: number
}

/** What the writer does with a conversation of Parley's own export besides. */
export interface OwnConversation {
  /** The id it gets, unless the account has another conversation with it. */
  conversationId: string
  /** The title its source gave it last; null where it has no other source. */
  originTitle: string | null
  /** Whether it adds to the conversation of an entry before. */
  isContinued: boolean
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
  endpoint: string | null
  model: string | null
  forkedFromConversation?: string | null
  forkedFromMessage?: string | null
  /** Columns of their own among the settings. */
  endpointType: string | null
  agentId: string | null
  assistantId: string | null
  spec: string | null
  iconUrl: string | null
  tags: string
  settings: string
  isArchived: number
  /** The time of the last change at the source, which is the best there is. */
  archivedAt: number | null
  pinned: number
  createdAt: number
  updatedAt: number
  /** The latest time in the source, null where it has none. */
  versionAt: number | null
  contentHash: string | null
  messages: StagedMessage[]
  own?: OwnConversation
}

type Kept = NonNullable<ReadyConversation['kept']>

/** Characters and messages after which a long conversation goes on in another part. */
const MAX_PART_CHARACTERS = 2 ** 21
const MAX_PART_MESSAGES = 1000

/** About how many characters the messages of a conversation have. */
export function charactersIn ({ messages }: ReadyConversation): number {
  return messages.reduce((total, { body }) => total + charactersOf(body), 0)
}

/** Whether a conversation comes in more than one part. */
export function isLong (conversation: ReadyConversation): boolean {
  return conversation.messages.length > MAX_PART_MESSAGES || charactersIn(conversation) > MAX_PART_CHARACTERS
}

/** About how many characters a message has: its text, and the strings in its parts. */
function charactersOf ({ text, content = [] }: MessageBody): number {
  return content.reduce((total, part) => total + stringsIn(part) + ('tool_call' in part ? stringsIn(Object(part.tool_call)) : 0), text.length)
}

function stringsIn (object: object): number {
  return Object.values(object).reduce<number>((total, value) => total + (typeof value === 'string' ? value.length : 0), 0)
}

/**
 * Makes a user's conversation into rows: fresh, time-ordered ids, and everything else as text that only needs storing.
 * A long one comes in parts, each made when it is asked for. Staging adds the messages of a later part to those that are
 * there, as it does for a conversation that the file has twice.
 */
export function * stagedParts (userNo: number, index: number, ready: ReadyConversation): Generator<StagedConversation, void, void> {
  const conversation = stagedConversation(userNo, index, ready)
  const ids = ready.messages.map(() => uuid())
  let messages: StagedMessage[] = []
  let characters = 0
  for (const [n, message] of ready.messages.entries()) {
    characters += charactersOf(message.body)
    if (messages.length === MAX_PART_MESSAGES || (messages.length > 0 && characters > MAX_PART_CHARACTERS)) {
      yield { ...conversation, messages }
      messages = []
      characters = charactersOf(message.body)
    }
    const staged = stagedMessage(userNo, message, ids[n] ?? uuid(), ids[message.parent] ?? null, ready.messages[message.parent])
    messages.push(ready.kept ? withKept(staged, ready.kept, n) : staged)
  }
  if (messages.length > 0 || ready.messages.length === 0) yield { ...conversation, messages }
}

function stagedConversation (userNo: number, index: number, ready: ReadyConversation): Omit<StagedConversation, 'messages'> {
  const { settings, columns } = splitSettings(ready.settings)
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
    ...columns,
    tags: JSON.stringify(ready.tags),
    settings: JSON.stringify(settings),
    isArchived: Number(ready.isArchived),
    archivedAt: ready.isArchived ? ready.kept?.archivedAt ?? ready.updatedAt : null,
    pinned: Number(ready.pinned),
    createdAt: ready.createdAt,
    updatedAt: ready.updatedAt,
    versionAt: ready.versionAt,
    contentHash: ready.contentHash,
    ...(ready.kept && keptRow(ready.kept))
  }
}

function keptRow ({ conversationId, isContinued, forkedFrom, origin }: Kept) {
  return {
    forkedFromConversation: forkedFrom?.conversationId ?? null,
    forkedFromMessage: forkedFrom?.messageId ?? null,
    own: { conversationId, originTitle: origin?.title ?? null, isContinued },
    ...(origin && { fingerprint: origin.fingerprint })
  }
}

function stagedMessage (userNo: number, message: ReadyMessage, messageId: string, parentMessageId: string | null, parent: ReadyMessage | undefined): StagedMessage {
  const { sourceId, body, createdAt, updatedAt } = message
  return {
    messageId,
    parentMessageId,
    sourceId,
    parentSourceId: parent?.sourceId ?? null,
    body: JSON.stringify(body),
    words: messageWords(userNo, body),
    createdAt,
    updatedAt
  }
}

/** A message with the ids and the flag it had in the Parley that exported it. */
function withKept (staged: StagedMessage, kept: Kept, n: number): StagedMessage {
  const { messageId = staged.messageId, parentMessageId = null, editedHere = false } = kept.messages[n] ?? {}
  return { ...staged, messageId, parentMessageId, parentSourceId: staged.parentSourceId ?? parentMessageId, editedHere: Number(editedHere) }
}

/** Takes the settings that have columns out of the JSON object of the others. */
function splitSettings (given: JsonObject) {
  const columns = settingColumns.map(([name, column]) => [column, typeof given[name] === 'string' ? given[name] : null])
  const inColumns = new Set(settingColumns.map(([name]) => name))
  return {
    columns: Object.fromEntries(columns) as Record<SettingColumn, string | null>,
    settings: Object.fromEntries(Object.entries(given).filter(([name]) => !inColumns.has(name)))
  }
}
