import { type ContentPart } from './draft.js'
import { type ToolUse } from './message-content.js'
import { callPart, textPart, thinkPart } from './message-parts.js'

/** The parts of an answer that a file gives piece by piece, calls and their outputs apart from each other. */
export interface AnswerParts {
  text (text: string): void
  think (text: string): void
  part (part: ContentPart): void
  call (use: ToolUse): void
  /** Hands an output to the call of this id; an output without its call is kept as a call without a name. */
  output (id: string | null, output: string): void
  readonly isEmpty: boolean
  /** The parts in the order in which they began. */
  parts (): ContentPart[]
}

/** The call of an id, for outputs that come after the answer they belong to was begun. */
export type CallsById = Map<string, { output: string | null }>

/** An empty answer; `calls` is shared by the answers of one conversation, as an output may come in another's lines. */
export function answerParts (calls: CallsById): AnswerParts {
  const pieces: Array<() => ContentPart> = []
  const add = (part: ContentPart) => { pieces.push(() => part) }
  const open = (use: ToolUse, output: string | null) => {
    const call = { output }
    if (use.id !== null && !calls.has(use.id)) calls.set(use.id, call)
    pieces.push(() => callPart(use, call.output))
  }
  return {
    text: (text) => add(textPart(text)),
    think: (text) => add(thinkPart(text)),
    part: add,
    call: (use) => open(use, null),
    output (id, output) {
      const call = calls.get(id ?? '')
      if (call === undefined) open({ id, name: 'tool', args: '' }, output)
      else call.output = call.output === null ? output : `${call.output}\n${output}`
    },
    get isEmpty () { return pieces.length === 0 },
    parts: () => pieces.map((piece) => piece())
  }
}
