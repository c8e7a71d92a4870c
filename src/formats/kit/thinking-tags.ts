import { type ContentPart } from './draft.js'
import { textPart, thinkPart } from './message-parts.js'

const opening = /^\s*<(?:think|thinking|thought|reason|reasoning)>/i
const closing = /<\/(?:think|thinking|thought|reason|reasoning)>/i

/**
 * An answer with the reasoning that models write before it, in `<think>` and the like, as a part of its own. Such tags
 * further down are prose about them. Reasoning without an end was stopped before there was an answer.
 */
export function splitThinking (answer: string): ContentPart[] {
  const [open] = opening.exec(answer) ?? []
  if (open === undefined) return [textPart(answer)]
  const rest = answer.slice(open.length)
  const close = closing.exec(rest)
  if (close === null) return [thinkPart(rest.trim())]
  return [thinkPart(rest.slice(0, close.index).trim()), textPart(rest.slice(close.index + close[0].length).trim())]
}
