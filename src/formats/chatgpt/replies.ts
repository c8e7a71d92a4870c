import { type JsonObject, type MessageDraft } from '../kit/draft.js'
import { objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { joinRendered, renderedText } from '../kit/rendered.js'

/** What tools say to the model when they have done what it asked, which no reader is meant to see. */
const instructions = new RegExp([
  '^(?:GPT-4o|GPT-Image[-\\w]*|[\\w-]{1,20}) returned (?:\\d+|some) images?\\.',
  '^DALL[·.\\-\\s]?E (?:displayed|returned) (?:\\d+|some) images?\\.',
  '^Model set context updated\\.',
  '^Successfully (?:created|updated|commented on) (?:text document|textdoc)\\b'
].join('|'))

/** Whether a message of a tool only instructs the model. */
export function isInstruction (message: JsonObject): boolean {
  const { content_type: type, parts } = objectOf(message.content)
  if (objectOf(message.author).role !== 'tool' || type !== 'text' || !Array.isArray(parts) || parts.length === 0) return false
  return instructions.test(stringOf(parts[0])?.trimStart() ?? '')
}

/** Whether a message of a tool is a picture that it made, and no more. */
export function isMadePicture (message: JsonObject): boolean {
  if (objectOf(message.author).role !== 'tool') return false
  const { parts } = objectOf(message.content)
  const pictures = objectsOf(parts)
  return Array.isArray(parts) && pictures.length === parts.length && pictures.length > 0 &&
    pictures.every(({ content_type: type, metadata }) => type === 'image_asset_pointer' && ('dalle' in objectOf(metadata) || 'generation' in objectOf(metadata)))
}

/** A node that was read, with what it takes to fold a picture into the call that asked for it. */
export interface Reply { draft: MessageDraft, message: JsonObject | null }

/**
 * Moves pictures into the calls that asked for them: one message with the prompt and the picture. A call with several
 * replies below it keeps them as its branches.
 */
export function foldPictures (nodes: readonly Reply[]): void {
  if (!nodes.some(({ message }) => message !== null && isMadePicture(message))) return
  const byKey = new Map(nodes.map((node) => [node.draft.key, node]))
  const children = new Map<string, number>()
  for (const { draft } of nodes) if (draft.parent !== null) children.set(draft.parent, (children.get(draft.parent) ?? 0) + 1)
  /** The call that each folded picture is in, for those that follow it. */
  const folded = new Map<string, Reply>()
  for (const node of nodes) {
    const { draft, message } = node
    if (draft.keep !== true || message === null || !isMadePicture(message)) continue
    const above = byKey.get(draft.parent ?? '')
    if (above === undefined || children.get(draft.parent ?? '') !== 1) continue
    const call = folded.get(above.draft.key) ?? (isCallOf(above, message) ? above : undefined)
    if (call === undefined) continue
    folded.set(draft.key, call)
    addPicture(call.draft, draft)
    draft.keep = false
  }
}

function isCallOf ({ draft, message }: Reply, reply: JsonObject): boolean {
  return draft.content?.some(({ type }) => type === 'tool_call') === true && message?.recipient === objectOf(reply.author).name
}

function addPicture (call: MessageDraft, picture: MessageDraft) {
  const calls = (call.content ?? []).filter(({ type }) => type === 'tool_call' || type === 'think')
  const shown = call.content?.some(({ type }) => type === 'text') === true ? call.text : ''
  const { text } = joinRendered([renderedText(shown), renderedText(picture.text)])
  Object.assign(call, fromParts([...calls, textPart(text)]))
  const assets = [...objectsOf(call.metadata?.assets), ...objectsOf(picture.metadata?.assets)]
  call.metadata = { ...call.metadata, assets }
}
