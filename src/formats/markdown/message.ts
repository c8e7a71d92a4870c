import { isoTime } from '../../iso-time.js'
import { fence } from '../kit/fence.js'
import { bodyOf, type StoredMessage } from '../kit/stored.js'
import { type WrittenPart, writtenParts } from '../kit/written-parts.js'
import { withClosedFence } from './fences.js'

/** What a message is written with, beside its text. */
export interface MessageStyle {
  /** Whether a part is written. By default every part is. */
  shows? (part: WrittenPart): boolean
  /** Markdown beside the time. */
  note?: string
}

/** Returns a message as Markdown: a heading with its number and who wrote it, the time, then its parts. */
export function messageText ({ createdAt, json }: Pick<StoredMessage, 'createdAt' | 'json'>, number: number, { shows = () => true, note = '' }: MessageStyle = {}): string {
  const body = bodyOf({ json })
  const who = body.isCreatedByUser ? 'User' : body.model ?? body.sender
  const time = isoTime(createdAt).slice(0, 16).replace('T', ' ')
  const notes = [note, body.error && 'failed', body.unfinished && 'unfinished', body.feedback && (body.feedback.rating === 'thumbsUp' ? 'rated good' : 'rated bad')].filter(Boolean)
  const parts = writtenParts(body).filter(shows).map(partText).filter((text) => text.trim() !== '')
  return `\n## ${number} ${headline(who)}\n\n*${[time, ...notes].join(', ')}*\n\n${parts.map((text) => `${text}\n`).join('\n')}`
}

function partText (part: WrittenPart): string {
  switch (part.kind) {
    case 'text': return withClosedFence(part.text.trim())
    case 'reasoning': return callout('quote', 'Reasoning', part.text)
    case 'error': return callout('failure', 'Error', part.text)
    case 'file': return `*[${headline(`${part.type}${part.name === '' ? '' : `: ${part.name}`}`)}]*`
    case 'tool': {
      const output = part.output === null ? '' : `\n\nOutput:\n\n${fence(part.output, null)}`
      return callout('example', `Tool: ${headline(part.name)}`, `${fence(part.input, null)}${output}`)
    }
  }
}

/** A callout of Obsidian that begins folded; elsewhere it is a quotation. */
function callout (kind: string, title: string, text: string): string {
  return `> [!${kind}]- ${title}\n${withClosedFence(text.trim()).replace(/^/gm, '> ')}`
}

/** Returns a text as one line without any markup. */
export function headline (text: string): string {
  return text.replace(/\s+/gu, ' ').trim().replace(/[\\`*_[\]<>#]/g, '\\$&')
}
