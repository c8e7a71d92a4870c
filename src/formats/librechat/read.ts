import { type ContentPart, type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { librechatSidecars } from './sidecars.js'

/** A message of the file and the place of the message it is nested in. */
interface FlatMessage {
  message: JsonObject
  nestedIn: number | null
}

/**
 * LibreChat's JSON export of one conversation: `messages` (or `messagesTree`) as a flat list linked by
 * `parentMessageId`, or nested in `children`; a message inside another's `children` is its child whatever else it says.
 * Messages without text stay, as their answers hang on them. `exportAt` is a time of day without a date and is
 * ignored, as are owner, row ids, expiry and every other member not named here.
 */
export const librechat: ImportFormat = {
  name: 'librechat',
  label: 'LibreChat',
  sidecars: librechatSidecars,

  matches (element) {
    if (typeof element.conversationId !== 'string') return false
    // The collection `conversations` has only the ids of its messages.
    return Array.isArray(element.messagesTree) || (Array.isArray(element.messages) && (element.messages.length === 0 || element.messages.some(isMessage)))
  },

  convert (element) {
    const options = objectOf(element.options)
    const tree = objectsOf(element.messagesTree)
    const messages = flatten(tree.length > 0 ? tree : objectsOf(element.messages))
    const tags = element.tags ?? options.tags
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.conversationId),
      title: stringOf(element.title) ?? stringOf(options.title),
      endpoint: stringOf(element.endpoint) ?? stringOf(options.endpoint) ?? 'openAI',
      model: stringOf(options.model) ?? lastModel(messages),
      createdAt: element.createdAt,
      updatedAt: element.updatedAt,
      isArchived: element.isArchived === true,
      pinned: element.pinned === true,
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
      settings: options,
      messages: draftMessages(messages)
    }
    return [conversation]
  }
}

function isMessage (message: JsonValue): boolean {
  return isObject(message) && !('$oid' in message)
}

/** All messages, parents first; without recursion, because a long chat nests as deep as it is long. */
function flatten (roots: readonly JsonObject[]): FlatMessage[] {
  const flat: FlatMessage[] = []
  const pending: FlatMessage[] = roots.map((message) => ({ message, nestedIn: null })).reverse()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const nestedIn = flat.push(next) - 1
    for (const child of objectsOf(next.message.children).reverse()) pending.push({ message: child, nestedIn })
  }
  return flat
}

function draftMessages (flat: readonly FlatMessage[]): MessageDraft[] {
  // Keys are places, not ids: a damaged file repeats ids.
  const places = new Map<string, string>()
  for (const [place, { message }] of flat.entries()) {
    const id = stringOf(message.messageId)
    if (id !== null && !places.has(id)) places.set(id, String(place))
  }
  return flat.map(({ message, nestedIn }, place) => ({
    key: String(place),
    parent: nestedIn === null ? places.get(stringOf(message.parentMessageId) ?? '') ?? null : String(nestedIn),
    ...readMessage(message)
  }))
}

function readMessage (message: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const endpoint = stringOf(message.endpoint)
  const sender = stringOf(message.sender)
  const tokenCount = numberOf(message.tokenCount)
  return {
    sourceId: stringOf(message.messageId),
    isCreatedByUser: message.isCreatedByUser === true,
    text: typeof message.text === 'string' ? message.text : '',
    content: readContent(message.content),
    model: stringOf(message.model),
    createdAt: message.createdAt,
    updatedAt: message.updatedAt,
    files: objectsOf(listOf(message.files)),
    attachments: objectsOf(listOf(message.attachments)),
    metadata: objectOf(message.metadata),
    feedback: readFeedback(objectOf(message.feedback)),
    unfinished: message.unfinished === true,
    error: message.error === true,
    ...(endpoint !== null && { endpoint }),
    ...(sender !== null && { sender }),
    ...(tokenCount !== null && { tokenCount })
  }
}

/** Content parts of any type as they are; a bare string is text, and what says no type is left out. */
function readContent (content: JsonValue | undefined): ContentPart[] {
  return listOf(content).flatMap((part): ContentPart[] => {
    if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: part }]
    return isObject(part) && typeof part.type === 'string' ? [{ ...part, type: part.type }] : []
  })
}

function readFeedback (feedback: JsonObject): NonNullable<MessageDraft['feedback']> | null {
  const { rating } = feedback
  if (rating !== 'thumbsUp' && rating !== 'thumbsDown') return null
  const tag = stringOf(feedback.tag)
  const text = stringOf(feedback.text)
  return { rating, ...(tag !== null && { tag }), ...(text !== null && { text }) }
}

function lastModel (flat: readonly FlatMessage[]): string | null {
  const last = flat.findLast(({ message }) => stringOf(message.model) !== null)
  return stringOf(last?.message.model)
}

function listOf (value: JsonValue | undefined): JsonValue[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}
