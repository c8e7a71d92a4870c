import { answerParts } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { toolText } from '../kit/message-content.js'
import { errorPart, fromParts, textPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'
import { ownId } from '../kit/own-id.js'
import { joinRendered, type Rendered, renderedText } from '../kit/rendered.js'
import { splitBefore } from '../kit/split-before.js'
import { joinPieces, readPieces } from './parts.js'
import { geminiCliSidecars } from './sidecars.js'

const speakers = new Set<unknown>(['user', 'gemini'])
const types = new Set<unknown>(['user', 'gemini', 'info', 'error', 'warning', 'about', 'help', 'stats', 'quit', 'compression'])

/**
 * A session of Gemini CLI: one object with `sessionId` and `messages`, as `session-*.json` has it and some exporters of
 * Gemini's web page write it.
 *
 * Every message of the user and of Gemini is one message, one below the other; thoughts and calls with their results
 * are parts of their answer. Notices of the program are left out.
 */
export const geminiCli: ImportFormat = {
  name: 'gemini-cli',
  label: 'Gemini CLI',

  matches ({ sessionId, messages }) {
    return typeof sessionId === 'string' && Array.isArray(messages) && messages.some((message) => isMessage(objectOf(message)))
  },

  convert (element) {
    return [readSession(element, objectsOf(element.messages))]
  }
}

/**
 * A session of Gemini CLI as newer versions write it, a line at a time: a head, then messages. A later line with the id
 * of an earlier one replaces it, and `$set` changes the head. `$rewindTo` takes back a message and all after it, so the
 * next one begins a branch there.
 */
export const geminiCliLines: ImportFormat = {
  name: 'gemini-cli-lines',
  label: 'Gemini CLI',
  collects: true,
  sidecars: geminiCliSidecars,

  matches (line) {
    if (isMessage(line)) return stringOf(line.id) !== null
    return isObject(line.$set) || typeof line.$rewindTo === 'string' || isHead(line)
  },

  convert ({ messages }) {
    return sessionsIn(objectsOf(messages)).map((lines) => {
      const head: JsonObject = Object.assign({}, ...lines.filter(isHead), ...lines.map(({ $set }) => objectOf($set)))
      return readSession(head, lines.filter((line) => !isHead(line)))
    })
  }
}

/** The lines of each session; a resumed one may repeat its head. */
function sessionsIn (lines: readonly JsonObject[]): JsonObject[][] {
  return splitBefore(lines, (line, [first = {}]) => isHead(line) && isHead(first) && line.sessionId !== first.sessionId)
}

function isHead (line: JsonObject): boolean {
  return typeof line.sessionId === 'string' && !('messages' in line) && ('startTime' in line || 'projectHash' in line)
}

function isMessage ({ type, content, toolCalls, timestamp, displayContent }: JsonObject): boolean {
  const isOwn = timestamp !== undefined || displayContent !== undefined || type === 'gemini'
  return types.has(type) && isOwn && (content !== undefined || toolCalls !== undefined)
}

function readSession (head: JsonObject, lines: readonly JsonObject[]): ConversationDraft {
  const messages = readLines(lines)
  return {
    sourceId: ownId(head.sessionId, messages),
    title: stringOf(head.title) ?? stringOf(head.summary),
    endpoint: 'google',
    model: messages.findLast(({ model }) => model)?.model ?? null,
    createdAt: head.startTime,
    updatedAt: head.lastUpdated,
    messages
  }
}

function readLines (lines: readonly JsonObject[]): MessageDraft[] {
  const drafts: MessageDraft[] = []
  const places = new Map<string, MessageDraft>()
  /** Where each line that is no message stands: below this message. */
  const notices = new Map<string, string | null>()
  let last: string | null = null
  for (const line of lines) {
    const id = stringOf(line.id) ?? ''
    if (!speakers.has(line.type)) {
      rewindTo(stringOf(line.$rewindTo) ?? '')
      if (id !== '') notices.set(id, last)
      continue
    }
    const known = places.get(id)
    if (known !== undefined) {
      Object.assign(known, readMessage(line))
      continue
    }
    const draft: MessageDraft = { key: String(drafts.length), parent: last, sourceId: stringOf(line.id), ...readMessage(line) }
    drafts.push(draft)
    if (id !== '') places.set(id, draft)
    last = draft.key
  }
  return drafts

  /** Takes back a line and all after it. A message that is written again under its old id is another one. */
  function rewindTo (id: string) {
    const rewound = places.get(id)
    if (rewound === undefined && !notices.has(id)) return
    const below = rewound === undefined ? notices.get(id) ?? null : rewound.parent
    for (let draft = drafts[Number(last ?? -1)]; draft !== undefined && draft.key !== below; draft = drafts[Number(draft.parent ?? -1)]) {
      places.delete(draft.sourceId ?? '')
    }
    last = below
  }
}

function readMessage (line: JsonObject): Omit<MessageDraft, 'key' | 'parent' | 'sourceId'> {
  const isCreatedByUser = line.type === 'user'
  const answer = answerParts(new Map())
  const { text, assets, thoughts } = readParts(line.displayContent ?? line.content)
  for (const thought of thoughts) answer.think(thought)
  for (const { subject, description } of objectsOf(line.thoughts)) {
    answer.think([stringOf(subject), stringOf(description)].filter((text) => text !== null).join('\n\n'))
  }
  for (const call of objectsOf(line.toolCalls)) {
    const id = stringOf(call.id)
    answer.call({ id, name: stringOf(call.name) ?? 'tool', args: toolText(call.args) })
    const output = resultText(call.result) || (stringOf(call.resultDisplay) ?? '')
    if (output !== '') answer.output(id, output)
  }
  const tokens = numberOf(objectOf(line.tokens).total)
  return {
    ...fromParts([...answer.parts(), line.type === 'error' ? errorPart(text) : textPart(text)]),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : 'Gemini',
    model: isCreatedByUser ? null : stringOf(line.model),
    createdAt: line.timestamp,
    metadata: mediaMetadata(assets, []),
    ...(tokens !== null && !isCreatedByUser && { tokenCount: tokens })
  }
}

/** The content of a message: text, or parts of Google's API. */
function readParts (content: JsonValue | undefined): Rendered & { thoughts: string[] } {
  const parts = (Array.isArray(content) ? content : [content]).map((part) => isObject(part) ? part : { text: part })
  const pieces = joinPieces(parts.flatMap(readPieces))
  const shown = pieces.map((piece) => piece.kind === 'text' ? renderedText(piece.text) : piece.kind === 'media' ? piece.media : renderedText(null))
  return { ...joinRendered(shown), thoughts: pieces.flatMap((piece) => piece.kind === 'think' ? [piece.text] : []) }
}

/** What a tool answered: text, or responses of functions whose text is `output`. */
function resultText (result: JsonValue | undefined): string {
  const parts = Array.isArray(result) ? result : [result]
  return parts.map((part) => {
    const { response } = objectOf(objectOf(part).functionResponse)
    const answer = isObject(response) ? compact(response).output ?? response : response
    return toolText(answer ?? (isObject(part) ? stringOf(part.text) ?? undefined : part))
  }).filter((text) => text !== '').join('\n')
}
