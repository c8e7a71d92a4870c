import type { JsonValue, Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

/** What people find beside their history of LibreChat and pick by mistake. */
export const librechatSidecars: readonly Sidecar[] = [
  {
    what: 'a preset of LibreChat, which holds settings only',
    take: 'an export of a conversation from LibreChat',
    matches: ({ presetId, messages }) => typeof presetId === 'string' && messages === undefined
  },
  {
    what: "LibreChat's conversations without the messages in them",
    take: 'an export of its collection "messages", or of single conversations from LibreChat',
    isCompanion: true,
    matches: ({ conversationId, messages, endpoint }) => typeof conversationId === 'string' && typeof endpoint === 'string' &&
      (messages === undefined || (Array.isArray(messages) && messages.every(isId)))
  }
]

/** MongoDB's `{$oid}`, or an id as text. */
function isId (value: JsonValue | undefined) {
  return typeof value === 'string' || (isObject(value) && typeof value.$oid === 'string')
}
