import { type Chat } from './chats.js'
import { at, list, members, text, time } from './json.js'

/** The nodes of a ChatGPT conversation's `mapping`. */
export function chatgptChat (conversation: unknown): Chat {
  const nodes = members(at(conversation, 'mapping'))
  const keys = new Set(nodes.map(([key]) => key))
  const listedBy = new Map(nodes.flatMap(([key, node]) => list(at(node, 'children')).map((child) => [child, key] as const)))
  return nodes.map(([key, node]) => {
    const parent = at(node, 'parent')
    const message = at(node, 'message')
    const slug = text(at(message, 'metadata', 'model_slug')) ?? text(at(message, 'metadata', 'default_model_slug')) ?? text(at(conversation, 'default_model_slug'))
    return {
      id: key,
      parent: typeof parent === 'string' && keys.has(parent) ? parent : listedBy.get(key) ?? null,
      visible: isShownByChatGpt(message),
      time: time(at(message, 'create_time')),
      model: at(message, 'author', 'role') === 'user' ? null : slug
    }
  })
}

/** Reasoning is shown inside the answer it led to. */
const notShown = new Set<unknown>(['user_editable_context', 'model_editable_context', 'thoughts', 'reasoning_recap'])

const withText = new Set([
  'text', 'multimodal_text', 'code', 'execution_output', 'tether_browsing_display', 'tether_quote', 'sonic_webpage',
  'citable_code_output', 'computer_output', 'system_error'
])

/** A picture that is part of the call it was made by, or what a tool tells the model only. */
function isForTheModel (part: unknown): boolean {
  if (at(part, 'metadata', 'dalle') !== undefined || at(part, 'metadata', 'generation') !== undefined) return true
  return ['Model set context updated.', 'Successfully created text document', 'Successfully updated text document', 'GPT-4o returned ', 'DALL·E displayed ', 'DALL-E displayed ']
    .some((start) => text(part)?.startsWith(start))
}

function isShownByChatGpt (message: unknown): boolean {
  const type = at(message, 'content', 'content_type')
  const metadata = at(message, 'metadata')
  if (at(message, 'author', 'role') === 'system' || notShown.has(type)) return false
  if (at(metadata, 'is_visually_hidden_from_conversation') === true || at(metadata, 'is_user_system_message') === true) return false
  const parts = list(at(message, 'content', 'parts'))
  if (at(message, 'author', 'role') === 'tool' && parts.some(isForTheModel)) return false
  if (parts.some((part) => text(part) !== null || text(at(part, 'content_type')) !== null || text(at(part, 'text')) !== null)) return true
  if (list(at(metadata, 'attachments')).length > 0) return true
  // Of content nobody knows at least the type is shown.
  if (typeof type === 'string' && !withText.has(type)) return true
  const others = members(at(message, 'content')).filter(([name]) => name !== 'content_type' && name !== 'parts' && name !== 'language')
  return others.some(([, value]) => text(value) !== null)
}
