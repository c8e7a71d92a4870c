import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { byTime } from '../kit/time-order.js'

/**
 * Character.AI as CAI Tools and its web client write it: chats of `turns`, each with `candidates`, which are siblings. The
 * chat goes on below the primary one.
 */
export const characterAi: ImportFormat = {
  name: 'character-ai',
  label: 'Character.AI',

  matches (element) {
    return isChat(element) || (Array.isArray(element.chats) && element.chats.some(isChat))
  },

  convert (element) {
    return isChat(element) ? [readChat(element)] : objectsOf(element.chats).map(readChat)
  }
}

function isChat (chat: unknown): boolean {
  const turns = typeof chat === 'object' && chat !== null && 'turns' in chat ? chat.turns : null
  return Array.isArray(turns) && turns.some((turn) => isObject(turn) && Array.isArray(turn.candidates))
}

function readChat (chat: JsonObject): ConversationDraft {
  const messages: MessageDraft[] = []
  let above: string | null = null
  for (const turn of byTime(objectsOf(chat.turns), ({ create_time: time }) => time)) {
    const below: string | null = above
    const primary = stringOf(turn.primary_candidate_id)
    for (const [index, candidate] of objectsOf(turn.candidates).entries()) {
      const key = String(messages.length)
      const isCreatedByUser = objectOf(turn.author).is_human === true
      messages.push({
        key,
        parent: below,
        keep: stringOf(candidate.raw_content) !== null,
        sourceId: stringOf(candidate.candidate_id),
        isCreatedByUser,
        sender: isCreatedByUser ? 'user' : stringOf(objectOf(turn.author).name) ?? 'character',
        text: stringOf(candidate.raw_content) ?? '',
        createdAt: candidate.create_time ?? turn.create_time
      })
      if (index === 0 || (primary !== null && candidate.candidate_id === primary)) above = key
    }
  }
  return {
    sourceId: null,
    title: stringOf(chat.name) ?? stringOf(chat.character_name),
    endpoint: 'Character.AI',
    createdAt: chat.create_time,
    settings: { endpointType: 'custom' },
    messages
  }
}
