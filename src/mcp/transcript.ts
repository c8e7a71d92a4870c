import type { Static } from '@sinclair/typebox'
import { headline, messageText } from '../formats/markdown/message.js'
import type { StoredConversation } from '../formats/kit/stored.js'
import type { WrittenPart } from '../formats/kit/written-parts.js'
import { isoTime } from '../iso-time.js'
import { cleanLine, firstCodePoints } from '../text.js'
import { branchThrough, branchTo, indexOf, newestBranch, otherLeaves } from './branch.js'
import { linkTo, MAX_ID_CODE_POINTS } from './links.js'
import { NOTICE } from './texts.js'
import { foreignCursor, type IncludeSchema, type TranscriptPart } from './transcript-cursor.js'
import { type Wanted, type Window, windowOf } from './window.js'

/** Which part of a conversation to write. A `part` replaces the others. */
export interface TranscriptRequest {
  around?: string
  leaf?: string
  include: Static<typeof IncludeSchema>
  part?: TranscriptPart
  /** Length of the messages that are written, in UTF-16 units. */
  maxChars: number
}

/** What a transcript needs to know of its surroundings. */
export interface TranscriptOutput {
  /** The address of the page without a slash at the end. */
  address: string
  /** Makes the cursor of a part that was left out. */
  cursorOf (part: TranscriptPart): string
}

/** Branches that are named. */
const MAX_NAMED_BRANCHES = 10
/** Tags that are named. */
const MAX_NAMED_TAGS = 20

const MAX_TITLE_CODE_POINTS = 200

/** Parts of messages that were left out. */
interface Hidden { reasoning: number, tools: number }

/**
 * Returns a part of a conversation as Markdown. The server's own words all stand above the first message, and the first
 * line says that what follows is data. So no message can pass for them.
 * @throws {DomainError} NOT_FOUND for a message that is not there; INVALID_CURSOR.
 */
export function transcriptOf (conversation: StoredConversation, request: TranscriptRequest, output: TranscriptOutput): string {
  const { links } = conversation
  const { branch, wanted, include } = select(conversation, request)
  const hidden = new Map<number, Hidden>()
  const { texts, start, rest } = windowOf(branch.length, (place) => {
    const counts = { reasoning: 0, tools: 0 }
    hidden.set(place, counts)
    return writeMessage(conversation, branch[place] ?? 0, place + 1, include, counts)
  }, wanted, request.maxChars)
  const shown = [...texts.keys()].flatMap((n) => hidden.get(start.index + n) ?? [])
  const leaf = links[branch.at(-1) ?? -1]?.messageId ?? ''
  const part = (side: 'from' | 'before', index: number, offset = 0) =>
    output.cursorOf({ leaf, side, messageId: links[branch[index] ?? -1]?.messageId ?? '', offset, include })

  const lines = [
    ...factsOf(conversation, output.address),
    '',
    shownText(branch.length, start, texts.length, rest),
    rest && `Left out after this: to read on, call get_conversation with cursor: ${part('from', rest.index, rest.offset)}`,
    start.index > 0 && `Left out before this: to read back, call get_conversation with cursor: ${part('before', start.index)}`,
    hiddenText(shown),
    otherBranches(conversation, branch)
  ]
  return `${NOTICE}\n\n${lines.filter((line) => typeof line === 'string').join('\n')}\n\n---\n${texts.join('')}`
}

/** A branch, and the part of it to write. */
interface Selection { branch: number[], wanted: Wanted, include: Static<typeof IncludeSchema> }

function select ({ links }: StoredConversation, { around, leaf, include, part }: TranscriptRequest): Selection {
  if (part) {
    const places = new Map(links.map(({ messageId }, index) => [messageId, index]))
    const branch = branchTo(links, places.get(part.leaf) ?? -1)
    const index = branch.indexOf(places.get(part.messageId) ?? -1)
    if (index < 0) throw foreignCursor()
    const wanted: Wanted = part.side === 'before' ? { kind: 'before', index } : { kind: 'from', place: { index, offset: part.offset } }
    return { branch, wanted, include: part.include }
  }
  const target = around === undefined ? null : indexOf(links, around, 'around')
  const named = leaf === undefined ? newestBranch(links) : branchTo(links, indexOf(links, leaf, 'leaf'))
  if (target === null) return { branch: named, wanted: { kind: 'from', place: { index: 0, offset: 0 } }, include }
  const branch = named.includes(target) ? named : branchThrough(links, target)
  return { branch, wanted: { kind: 'around', index: branch.indexOf(target) }, include }
}

function writeMessage (conversation: StoredConversation, index: number, number: number, include: Static<typeof IncludeSchema>, hidden: Hidden): string {
  const message = conversation.message(index)
  const shows = ({ kind }: WrittenPart) => {
    if (kind === 'reasoning' && !include.includes('reasoning')) hidden.reasoning++
    else if (kind === 'tool' && !include.includes('tools')) hidden.tools++
    else return true
    return false
  }
  return messageText(message, number, { shows, note: `messageId: ${cleanLine(message.messageId, MAX_ID_CODE_POINTS)}` })
}

function factsOf ({ title, conversationId, createdAt, updatedAt, origin, model, tags, isArchived }: StoredConversation, address: string) {
  return [
    `Conversation: ${headline(firstCodePoints(title, MAX_TITLE_CODE_POINTS))}`,
    `conversationId: ${cleanLine(conversationId, MAX_ID_CODE_POINTS)}`,
    `url: ${linkTo(address, conversationId)}`,
    `created: ${isoTime(createdAt)}, updated: ${isoTime(updatedAt)}${isArchived ? ', archived' : ''}`,
    origin && `source: ${headline(origin.source)}`,
    model !== null && `model: ${headline(model)}`,
    tags.length > 0 && `tags: ${tags.slice(0, MAX_NAMED_TAGS).map(headline).join(', ')}`
  ]
}

function shownText (count: number, start: Window['start'], length: number, rest: Window['rest']): string {
  if (length === 0) return count === 0 ? 'This conversation has no messages.' : 'No messages here.'
  const isCut = rest !== null && rest.offset > 0
  const last = start.index + length
  const which = length === 1 ? `message ${last}` : `messages ${start.index + 1} to ${last}`
  const pieces = [start.offset > 0 && `${length === 1 ? 'it' : 'the first'} begins in its middle`, isCut && 'it is cut'].filter(Boolean).join(', ')
  return `Shown: ${which} of ${count} on this branch${pieces && `; ${pieces}`}.`
}

function hiddenText (shown: readonly Hidden[]): string | null {
  const [reasoning, tools] = (['reasoning', 'tools'] as const).map((name) => shown.reduce((sum, counts) => sum + counts[name], 0))
  const left = [reasoning && `reasoning (${reasoning})`, tools && `tool calls (${tools})`].filter(Boolean)
  if (left.length === 0) return null
  const names = [reasoning && '"reasoning"', tools && '"tools"'].filter(Boolean).join(', ')
  return `Left out of these messages: ${left.join(', ')}. To see them, add include: [${names}].`
}

function otherBranches ({ links }: StoredConversation, branch: readonly number[]): string | null {
  const leaves = otherLeaves(links, branch)
  if (leaves.length === 0) return null
  const named = leaves.slice(0, MAX_NAMED_BRANCHES).map((index) => links[index]?.messageId ?? '')
  const others = leaves.length > named.length ? `, and ${leaves.length - named.length} more` : ''
  return `Other branches: ${leaves.length}. To read one, call get_conversation with leaf: ${named.join(' or ')}${others}`
}
