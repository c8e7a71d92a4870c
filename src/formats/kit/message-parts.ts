import { type ContentPart, type MessageDraft } from './draft.js'
import { type ToolUse } from './message-content.js'

/** The members of a draft that hold what its message says. */
export type PartsContent = Required<Pick<MessageDraft, 'keep' | 'text'>> & Pick<MessageDraft, 'content'>

/**
 * A message out of its parts in their order, blank ones left out; without any, it is only a link. `text` is what is
 * visible of it, else why it failed; `content` is there only where the message is more than text.
 */
export function fromParts (parts: readonly ContentPart[]): PartsContent {
  const full = joinTexts(parts.filter((part) => !isBlank(part)))
  const texts = full.flatMap((part) => isText(part) ? [part.text] : [])
  const errors = full.flatMap((part) => part.type === 'error' && typeof part.error === 'string' ? [part.error] : [])
  const isPlain = texts.length === full.length || errors.length === full.length
  return {
    keep: full.length > 0,
    text: (texts.length > 0 ? texts : errors).join('\n\n'),
    ...(!isPlain && { content: full })
  }
}

/** What the reader sees, as Markdown. */
export function textPart (text: string | null): ContentPart {
  return { type: 'text', text: text ?? '' }
}

/** What the model thought before it spoke. */
export function thinkPart (think: string | null): ContentPart {
  return { type: 'think', think: think ?? '' }
}

/** A call that has ended, as anything else would be shown as still running; `output` is null where none is known. */
export function callPart ({ id, name, args }: ToolUse, output: string | null): ContentPart {
  return { type: 'tool_call', tool_call: { ...(id !== null && { id }), name, args, ...(output !== null && { output }), progress: 1, type: 'tool_call' } }
}

/** Why the model did not, or not fully, answer. */
export function errorPart (error: string | null): ContentPart {
  return { type: 'error', error: error ?? '' }
}

/** One text instead of several in a row, as they would be shown. */
function joinTexts (parts: readonly ContentPart[]): ContentPart[] {
  const joined: ContentPart[] = []
  let run: string[] = []
  for (const part of parts) {
    if (isText(part)) {
      run.push(part.text)
      continue
    }
    if (run.length > 0) joined.push(textPart(run.join('\n\n')))
    run = []
    joined.push(part)
  }
  return run.length > 0 ? [...joined, textPart(run.join('\n\n'))] : joined
}

function isText (part: ContentPart): part is { type: 'text', text: string } {
  return part.type === 'text' && typeof part.text === 'string'
}

function isBlank (part: ContentPart): boolean {
  const words = isText(part) ? part.text : part.type === 'think' ? part.think : part.type === 'error' ? part.error : null
  return typeof words === 'string' && words.trim() === ''
}
