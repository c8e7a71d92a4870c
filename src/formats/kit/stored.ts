import type { JsonObject, MessageBody, StoredOrigin } from './draft.js'

/** A conversation as an export reads it: all of one moment. */
export interface StoredConversation {
  conversationId: string
  title: string
  endpoint: string | null
  model: string | null
  tags: string[]
  isArchived: boolean
  /** When it was archived; null unless it is. */
  archivedAt: number | null
  pinned: boolean
  /** The settings that are set, by LibreChat's names. */
  settings: JsonObject
  /** Milliseconds since 1970, as all times here. */
  createdAt: number
  updatedAt: number
  forkedFrom: { conversationId: string, messageId: string | null } | null
  /** Where it was imported from; null for one that was made here. */
  origin: StoredOrigin | null
  /** How its messages hang together, parents before children. */
  links: MessageLink[]
  /** Reads the message at an index of `links`. One at a time, because a message can have megabytes. */
  message (index: number): StoredMessage
}

/** A message's place in its conversation. */
export interface MessageLink {
  messageId: string
  /** Index of the parent in the same list; -1 for a root. */
  parent: number
  createdAt: number
}

/** A message as it is stored. */
export interface StoredMessage {
  messageId: string
  /** Null for a root. */
  parentMessageId: string | null
  /** Identifies an imported message across exports; null for one made here. */
  sourceId: string | null
  createdAt: number
  updatedAt: number
  /** Whether the text was changed here since it was imported. */
  editedHere: boolean
  /** Everything else as one JSON object, which is never empty; `bodyOf` reads it. */
  json: string
}

/** What the API may add to the fields that imports write. */
export type StoredFields = Omit<MessageBody, 'feedback'> & {
  feedback?: { rating: 'thumbsUp' | 'thumbsDown', tag?: unknown, text?: string }
  finish_reason?: string
}

/** The fields of a message that are neither ids, links nor times. */
export function bodyOf ({ json }: Pick<StoredMessage, 'json'>): StoredFields {
  return JSON.parse(json)
}
