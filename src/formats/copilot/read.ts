import { type ConversationDraft, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'
import { parseTime } from '../kit/times.js'

/**
 * Microsoft Copilot's activity history, a CSV file of the privacy dashboard: `Conversation,Time,Author,Message`, newest
 * first, without ids and zones. Rows of one title are one chat, their order that of the file turned round, because a
 * question and its answer have the same second.
 */
export const copilot: ImportFormat = {
  name: 'copilot',
  label: 'Microsoft Copilot',
  collects: true,

  matches (row) {
    return ['Conversation', 'Time', 'Author', 'Message'].every((name) => typeof row[name] === 'string')
  },

  convert ({ messages }) {
    const chats = new Map<string, JsonObject[]>()
    for (const row of oldestFirst(objectsOf(messages))) {
      const title = stringOf(row.Conversation)?.trim() ?? ''
      const chat = chats.get(title)
      if (chat === undefined) chats.set(title, [row])
      else chat.push(row)
    }
    return [...chats].map(([title, rows]): ConversationDraft => ({
      sourceId: null,
      title: stringOf(title),
      endpoint: 'Copilot',
      settings: { endpointType: 'custom' },
      createdAt: rows[0]?.Time,
      messages: rows.map((row, index) => {
        const isCreatedByUser = isUser(row)
        return {
          key: String(index),
          parent: index === 0 ? null : String(index - 1),
          keep: stringOf(row.Message) !== null,
          sourceId: null,
          isCreatedByUser,
          sender: isCreatedByUser ? 'user' : 'Copilot',
          text: stringOf(row.Message)?.replace(/\r\n/g, '\n') ?? '',
          createdAt: row.Time
        }
      })
    }))
  }
}

/** The rows from the oldest to the newest. Rows of one second keep their places, so that nothing may be sorted. */
function oldestFirst (rows: JsonObject[]): JsonObject[] {
  const first = parseTime(rows[0]?.Time)
  const last = parseTime(rows.at(-1)?.Time)
  // A spreadsheet may have turned them round already.
  const isTurned = first !== null && last !== null && (first < last || (first === last && isUser(rows[0] ?? {})))
  return isTurned ? rows : rows.toReversed()
}

function isUser ({ Author: author }: JsonObject): boolean {
  return /^(?:human|user|me)$/i.test(stringOf(author)?.trim() ?? '')
}
