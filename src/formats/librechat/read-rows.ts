import { type ConversationDraft, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { byTime } from '../kit/time-order.js'
import { librechat } from './read.js'

const endings = ['json', 'jsonl', 'ndjson']
const conversationsFile = new RegExp(`^(|.*[/.])conversations\\.(?:${endings.join('|')})$`, 's')

/**
 * LibreChat's collection of messages as `mongoexport` writes it: in one list, a document a line, or as `messages` beside
 * the collection `conversations`. In an archive that collection may be a file of its own. Every `conversationId` is a
 * conversation, read like those of {@link librechat}. Children may stand before their parents.
 */
export const librechatRows: ImportFormat = {
  name: 'librechat-rows',
  label: 'LibreChat (collection of messages)',
  collects: true,

  matches (element) {
    return isRow(element) || (typeof element.conversationId !== 'string' && objectsOf(element.messages).some(isRow))
  },

  companion: (path, paths) => messagesBeside(path).some((other) => paths.has(other)),

  convert ({ messages }, context) {
    const elements = objectsOf(messages)
    const rows = elements.flatMap((element) => isRow(element) ? [element] : objectsOf(element.messages))
    // A file of one line is that document alone.
    const beside = context.companions.flatMap(({ value }) => Array.isArray(value) ? objectsOf(value) : [objectOf(value)])
    const conversations = [...beside, ...elements.flatMap((element) => objectsOf(element.conversations))]
    const about = new Map(conversations.map((conversation) => [stringOf(conversation.conversationId), conversation]))
    const groups = new Map<string, JsonObject[]>()
    for (const row of rows) {
      const id = stringOf(row.conversationId) ?? ''
      const group = groups.get(id)
      if (group === undefined) groups.set(id, [row])
      else group.push(row)
    }
    return [...groups].flatMap(([conversationId, rows]): ConversationDraft[] => {
      const ordered = byTime(rows, ({ createdAt }) => createdAt)
      const conversation = about.get(conversationId) ?? {}
      const endpoint = stringOf(conversation.endpoint) ?? stringOf(ordered.find((row) => stringOf(row.endpoint) !== null)?.endpoint)
      return librechat.convert({ ...conversation, conversationId, endpoint, options: conversation, messages: ordered }, context)
    })
  }
}

/** Paths under which the messages of a file of conversations may stand: `LibreChat.messages.json` beside `LibreChat.conversations.json`. */
function messagesBeside (path: string): string[] {
  const [, before] = conversationsFile.exec(path) ?? []
  return before === undefined ? [] : endings.map((ending) => `${before}messages.${ending}`)
}

function isRow (row: JsonObject): boolean {
  return typeof row.conversationId === 'string' && typeof row.messageId === 'string' && !Array.isArray(row.messages) &&
    (typeof row.isCreatedByUser === 'boolean' || typeof row.sender === 'string') && ('text' in row || 'content' in row)
}
