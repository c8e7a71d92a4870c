import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { fromParts, textPart, thinkPart } from '../kit/message-parts.js'

/**
 * A chat of SillyTavern, a line for each message after a head that names the user and the character. `swipes` are other
 * answers, siblings of the one that was chosen. Times name no zone, so that only their day is right.
 */
export const sillytavern: ImportFormat = {
  name: 'sillytavern',
  label: 'SillyTavern',
  collects: true,

  matches (line) {
    return isHead(line) || (typeof line.mes === 'string' && ('is_user' in line || 'name' in line))
  },

  convert ({ messages }, { fileTitle }) {
    const lines = objectsOf(messages)
    const head = lines.find(isHead) ?? {}
    const drafts = readLines(lines.filter((line) => !isHead(line)))
    const conversation: ConversationDraft = {
      sourceId: null,
      title: stringOf(head.character_name) ?? fileTitle,
      endpoint: 'openAI',
      model: drafts.findLast(({ model }) => model)?.model ?? null,
      createdAt: head.create_date,
      messages: drafts
    }
    return [conversation]
  }
}

function isHead (line: JsonObject): boolean {
  return !('mes' in line) && ('chat_metadata' in line || ('user_name' in line && 'character_name' in line))
}

function readLines (lines: readonly JsonObject[]): MessageDraft[] {
  const drafts: MessageDraft[] = []
  let above: string | null = null
  for (const line of lines) {
    const below: string | null = above
    const chosen = stringOf(line.mes) ?? ''
    const swipes = Array.isArray(line.swipes) ? line.swipes.map(stringOf) : []
    const picked = numberOf(line.swipe_id) ?? swipes.indexOf(chosen)
    const others = swipes.filter((swipe, index) => swipe !== null && swipe !== chosen && index !== picked)
    for (const [index, text] of [chosen, ...others].entries()) {
      const key = String(drafts.length)
      drafts.push({ key, parent: below, ...readLine(line, text ?? '', index === 0) })
      if (index === 0) above = key
    }
  }
  return drafts
}

function readLine (line: JsonObject, text: string, isChosen: boolean): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = line.is_user === true
  const extra = objectOf(line.extra)
  const { keep, ...words } = fromParts([...(isChosen ? [thinkPart(stringOf(extra.reasoning))] : []), textPart(text)])
  return {
    ...words,
    keep: keep && line.is_system !== true,
    sourceId: null,
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : stringOf(line.name) ?? 'assistant',
    model: isCreatedByUser ? null : stringOf(extra.model),
    createdAt: line.send_date
  }
}
