import { type ContentPart, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { type Piece } from './parts.js'
import { callPart, errorPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { type CitedPage, mediaMetadata, withPages } from '../kit/citations.js'

/** One entry of a history of Gemini: a turn, or a part of one. */
export interface GeminiEntry {
  id: string | null
  isUser: boolean
  pieces: Piece[]
  pages: CitedPage[]
  createdAt: JsonValue | undefined
  /** The id of the entry this one is another answer to. */
  branchOf: string | null
  tokens: number
}

type Call = Piece & { kind: 'call' }
type Output = Piece & { kind: 'output' }

interface Turn {
  id: string | null
  isUser: boolean
  parent: string | null
  pieces: Piece[]
  pages: CitedPage[]
  /** When its entries were made. */
  times: Array<JsonValue | undefined>
  tokens: number
}

/**
 * The messages in a history of Gemini. Every entry of the user is one, and so is every run of entries of the model. Its
 * thoughts, calls and their outputs are parts in their order. What answers a call is folded into it, also
 * where the API has the user say it. An entry that names another as its branch's parent begins a sibling there.
 */
export function readTurns (entries: readonly GeminiEntry[], model: string | null): MessageDraft[] {
  const turns: Turn[] = []
  const places = new Map<string, string>()
  const calls = openCalls()
  for (const entry of entries) {
    for (const piece of entry.pieces) if (piece.kind === 'call') calls.add(piece)
    const pieces = entry.pieces.filter((piece) => piece.kind !== 'output' || !calls.answer(piece))
    const above = turns.at(-1)
    const branch = places.get(entry.branchOf ?? '')
    if (above !== undefined && !above.isUser && !entry.isUser && branch === undefined) {
      extend(above, pieces, entry)
    } else if (pieces.length > 0) {
      turns.push({ ...entry, pieces, parent: branch ?? (above === undefined ? null : String(turns.length - 1)), times: [entry.createdAt] })
    }
    if (entry.id !== null && turns.length > 0) places.set(entry.id, String(turns.length - 1))
  }
  return turns.map((turn, index) => draftMessage(turn, index, model))
}

function extend (answer: Turn, pieces: Piece[], { pages, createdAt, tokens }: GeminiEntry) {
  for (const piece of pieces) answer.pieces.push(piece)
  for (const page of pages) answer.pages.push(page)
  answer.tokens += tokens
  if (pieces.length > 0) answer.times.push(createdAt)
}

/** Calls that wait for their outputs, by id and by name. */
function openCalls () {
  const queues = new Map<string, { calls: Call[], head: number }>()
  const enqueue = (key: string, call: Call) => {
    const queue = queues.get(key) ?? { calls: [], head: 0 }
    queues.set(key, queue)
    queue.calls.push(call)
  }
  const next = (key: string) => {
    const queue = queues.get(key) ?? { calls: [], head: 0 }
    // A call that was answered by its id still stands in the queue of its name.
    while (isAnswered(queue.calls[queue.head])) queue.head++
    return queue.calls[queue.head]
  }
  return {
    add (call: Call) {
      if (call.id !== null) enqueue(`id ${call.id}`, call)
      enqueue(`name ${call.name}`, call)
    },
    /** Hands an output to its call, the oldest of that name where no id says which; false when there is none. */
    answer ({ id, name, output }: Output): boolean {
      const call = (id === null ? undefined : next(`id ${id}`)) ?? next(`name ${name}`)
      if (call !== undefined) call.output = output
      return call !== undefined
    }
  }
}

function isAnswered (call: Call | undefined): boolean {
  return call !== undefined && call.output !== null
}

function draftMessage ({ id, isUser, parent, pieces, pages, times, tokens }: Turn, index: number, model: string | null): MessageDraft {
  const parts = [...contentParts(pieces), textPart(withPages('', pages))]
  const hasError = pieces.some(({ kind }) => kind === 'error')
  const hasText = parts.some((part) => part.type === 'text' && part.text !== '')
  return {
    key: String(index),
    parent,
    ...fromParts(parts),
    sourceId: id,
    isCreatedByUser: isUser,
    sender: isUser ? 'user' : 'Gemini',
    model: isUser ? null : model,
    createdAt: times[0],
    updatedAt: times.at(-1),
    metadata: mediaMetadata(pieces.flatMap((piece) => piece.kind === 'media' ? piece.media.assets : []), pages),
    ...(tokens > 0 && { tokenCount: tokens }),
    error: hasError && !hasText,
    unfinished: hasError && hasText
  }
}

/** The pieces as parts, texts and media that follow each other as one. */
function contentParts (pieces: readonly Piece[]): ContentPart[] {
  const parts: ContentPart[] = []
  let texts: string[] = []
  const endText = () => {
    if (texts.length > 0) parts.push(textPart(texts.join('\n')))
    texts = []
  }
  for (const piece of pieces) {
    if (piece.kind === 'text') texts.push(piece.text)
    else if (piece.kind === 'media') texts.push(piece.media.text)
    else endText()
    if (piece.kind === 'think') parts.push(thinkPart(piece.text))
    else if (piece.kind === 'error') parts.push(errorPart(piece.text))
    else if (piece.kind === 'call') parts.push(callPart(piece, piece.output))
    else if (piece.kind === 'output') parts.push(callPart({ ...piece, args: '' }, piece.output))
  }
  endText()
  return parts
}
