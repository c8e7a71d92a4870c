/** Any JSON value as `JSON.parse` gives it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject

/** A JSON object whose members nobody has checked yet. */
export interface JsonObject { [key: string]: JsonValue | undefined }

/**
 * One conversation as a format reads it from a file: tolerant, unrepaired, owned by nobody.
 * Formats copy what the source says; `imports/normalize.ts` repairs trees, times and text the same way for all of them.
 */
export interface ConversationDraft {
  /** The conversation's id in its source, or null where the source has none. */
  sourceId: string | null
  title: string | null
  /** LibreChat's endpoint name, e.g. `openAI`, `anthropic`, `google`; null where the source has none. */
  endpoint: string | null
  model?: string | null
  /** Times as the source writes them (seconds, milliseconds, ISO text, Mongo date); `imports/normalize.ts` reads them. */
  createdAt?: unknown
  updatedAt?: unknown
  isArchived?: boolean
  pinned?: boolean
  tags?: string[]
  /** Settings of the conversation by LibreChat's names (`temperature`, `promptPrefix`, …); unknown names are dropped. */
  settings?: JsonObject
  /** In the order of the file; `parent` may name any of them, earlier or later. */
  messages: MessageDraft[]
  /** Of Parley's own format only, which has its messages here. */
  kept?: KeptFacts
}

/** What Parley's own export knows of a conversation beyond a draft. */
export interface KeptFacts {
  /** Whether its first messages stand in an earlier entry of the file. */
  isContinued: boolean
  /** When it was archived, in milliseconds since 1970; null where it was not, or the file does not tell. */
  archivedAt: number | null
  forkedFrom: { conversationId: string, messageId: string | null } | null
  origin: StoredOrigin | null
  /** Parents before children. */
  messages: KeptMessage[]
}

/** A message of Parley's own export. */
export interface KeptMessage {
  messageId: string
  parentMessageId: string | null
  sourceId: string | null
  /** Milliseconds since 1970; null where the file has no such time. */
  createdAt: number | null
  updatedAt: number | null
  editedHere: boolean
  /** The other members. */
  body: JsonObject
}

/** What an import keeps of a conversation's source, see `importOrigins` in `db/schema/imports.ts`. */
export interface StoredOrigin {
  source: string
  sourceId: string
  fingerprint: string
  title: string | null
  versionAt: number | null
  contentHash: string | null
}

/** One message of a draft. */
export interface MessageDraft {
  /** Unique within the draft; what `parent` refers to. */
  key: string
  /** The key of the parent; null or unknown means root. */
  parent: string | null
  /**
   * `false` marks a node that is only a link in the chain (system, hidden, empty): its children move to the
   * nearest kept ancestor. Absent means kept.
   */
  keep?: boolean
  /** The message's id in its source, or null where the source has none. */
  sourceId: string | null
  isCreatedByUser: boolean
  sender?: string
  text: string
  content?: ContentPart[]
  model?: string | null
  /** Defaults to the conversation's. */
  endpoint?: string
  createdAt?: unknown
  updatedAt?: unknown
  /** References to files the export names but does not carry, and other facts worth keeping. */
  files?: JsonObject[]
  attachments?: JsonObject[]
  metadata?: JsonObject
  feedback?: { rating: 'thumbsUp' | 'thumbsDown', tag?: string, text?: string } | null
  tokenCount?: number
  unfinished?: boolean
  error?: boolean
}

/** A content part in LibreChat's shape: the kinds imports write themselves, and any other a file brings. */
export type ContentPart =
  | { type: 'text', text: string }
  | { type: 'think', think: string }
  | { type: 'tool_call', tool_call: { id?: string, name: string, args: string, output?: string, progress: 1, type: 'tool_call' } }
  | { type: 'error', error: string }
  | ForeignPart

/** A part whose members nobody has checked but its type, passed through as the file has it (`image_file`, …). */
export interface ForeignPart extends JsonObject { type: string }

/** A format: one pure file under `formats/`, registered by one line in `formats/registry.ts`. */
export interface ImportFormat {
  /** Stable lower-case name, stored as the conversation's source, e.g. `chatgpt`. */
  name: string
  /** The name users know, e.g. `ChatGPT`. */
  label: string
  /**
   * Whether this element has the structure of the format; never looks at file names. An element is an entry of an
   * array, or a file's whole top-level object. Of a large object only an outline is shown at first: long arrays are cut to
   * their first elements, long strings are empty. Claiming the object, `{ chats, folders }` for one, has it parsed
   * whole; leaving it unclaimed has the arrays in it read element by element.
   */
  matches (element: JsonObject): boolean
  /**
   * Set where the elements are messages or activities, and conversations only arise from all of them: `convert` then
   * gets every matching element of one array, in order, as `{ messages: [...] }`.
   */
  collects?: true
  /** Files beside a history of this service, so that a refusal names what was picked and what to pick instead. */
  sidecars?: readonly Sidecar[]
  /**
   * Whether `convert` looks something up in this small file of JSON or JSON Lines of an archive, such as the names of
   * projects. `paths` are those of all files in the archive.
   */
  companion? (path: string, paths: ReadonlySet<string>): boolean
  /** Whether `convert` looks something up in this line, among the first lines of a `.jsonl` file of the same archive. */
  headline? (line: JsonObject): boolean
  /**
   * The conversations in one element, usually one.
   * @throws {EntryError} when the element is of this format but cannot be read; it is then reported and skipped.
   */
  convert (element: JsonObject, context: ImportContext): ConversationDraft[]
}

/** A file people find beside their history and pick by mistake. Known by structure, like formats. */
export interface Sidecar {
  /** What it is, as the middle of a sentence: "This is …". */
  what: string
  /** Which file to take instead, as the end of "Pick …". */
  take: string
  /** Set where its format reads all of it as a companion, so that nothing of it is left unread then. */
  isCompanion?: true
  /** Asked of the whole value of a file that is an object, and of the elements of one that is a list. */
  matches (value: JsonObject): boolean
}

/** What a format may know besides the element. */
export interface ImportContext {
  /** The name of the file, without folders and ending; null where there is none worth showing. */
  fileTitle: string | null
  /** What `companion` and `headline` chose. The headlines of a file are a list. */
  companions: ReadonlyArray<{ path: string, value: JsonValue }>
  /** Has the report say that something was left out on purpose, and why: one sentence without its full stop. */
  leaveOut (reason: string): void
}

/** Why one entry of a good file was not imported; `message` is shown to the user. */
export class EntryError extends Error {
  readonly title: string | undefined

  constructor (message: string, title?: string) {
    super(message)
    this.name = 'EntryError'
    this.title = title
  }
}

/** A message ready to be stored: repaired text, a real time, and its parent before it. */
export interface ReadyMessage {
  /** Identifies the message within its conversation across exports: the source's id, or a key derived from place and content. */
  sourceId: string
  /** Index of the parent in `messages`, always smaller than this message's own; -1 for a root. */
  parent: number
  /** Milliseconds since the epoch; at least 1 ms after the parent's. */
  createdAt: number
  updatedAt: number
  body: MessageBody
}

/** The wire fields of a message that are neither ids, links nor times. */
export interface MessageBody {
  sender: string
  isCreatedByUser: boolean
  text: string
  content?: ContentPart[]
  endpoint?: string
  model?: string | null
  unfinished: boolean
  error: boolean
  files?: JsonObject[]
  attachments?: JsonObject[]
  metadata?: JsonObject
  feedback?: { rating: 'thumbsUp' | 'thumbsDown', tag?: string, text?: string }
  tokenCount?: number
}

/** A conversation ready to be staged. */
export interface ReadyConversation {
  /** The format's name. */
  source: string
  /** Identifies the conversation across exports of one account: the source's id, or `sha256:` and a hash of the content. */
  sourceId: string
  title: string
  endpoint: string | null
  model: string | null
  createdAt: number
  updatedAt: number
  isArchived: boolean
  pinned: boolean
  tags: string[]
  settings: JsonObject
  /** The latest time in the source, of the conversation or of a message; null where it has none. */
  versionAt: number | null
  /** Of what was said and when, the same in exports of other programs; null where the source's times are not exact. */
  contentHash: string | null
  /** Parents before children. */
  messages: ReadyMessage[]
  /** Hash of everything above that an import would store: equal fingerprints mean there is nothing to do. */
  fingerprint: string
  /** Of Parley's own format only: ids and flags, with an entry for each of `messages`. */
  kept?: Omit<KeptFacts, 'messages'> & {
    conversationId: string
    messages: Array<Pick<KeptMessage, 'messageId' | 'parentMessageId' | 'editedHere'>>
  }
}

/** What the reader found at one place of the file. */
export type ImportEntry =
  | { kind: 'conversation', index: number, conversation: ReadyConversation }
  /** `skipped`: sound, but nothing to import (empty, a duplicate within the file). `failed`: broken. */
  | { kind: 'skipped' | 'failed', index: number, title?: string, reason: string }
  /** A file of an archive, or a part of a file, that was not read; `index` is that of the entry after it. */
  | { kind: 'unread', index: number, name: string, reason: string }
