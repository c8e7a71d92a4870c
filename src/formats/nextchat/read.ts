import { type ConversationDraft, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { ownId } from '../kit/own-id.js'
import { readRoleMessages } from '../kit/role-messages.js'

const store = 'chat-next-web-store'

/**
 * NextChat's backup: the sessions of its store. The file also holds access codes and API keys, which are not read. Its
 * times name no zone, so that only their day is right.
 */
export const nextchat: ImportFormat = {
  name: 'nextchat',
  label: 'NextChat',

  matches (element) {
    return Array.isArray(objectOf(element[store]).sessions) || isSession(element)
  },

  convert (element) {
    if (isSession(element)) return [readSession(element)]
    return objectsOf(objectOf(element[store]).sessions).map(readSession)
  }
}

function isSession ({ topic, messages, mask }: JsonObject): boolean {
  return typeof topic === 'string' && Array.isArray(messages) && isObject(mask)
}

function readSession (session: JsonObject): ConversationDraft {
  const { model, temperature, top_p: topP, max_tokens: maxTokens } = objectOf(objectOf(session.mask).modelConfig)
  const rows = objectsOf(session.messages)
  const { system, messages } = readRoleMessages(rows, stringOf(model))
  const prompt = system ?? stringOf(objectsOf(objectOf(session.mask).context).find(({ role }) => role === 'system')?.content)
  return {
    sourceId: ownId(session.id, messages),
    title: stringOf(session.topic),
    endpoint: 'openAI',
    model: stringOf(model),
    createdAt: rows[0]?.date,
    updatedAt: session.lastUpdate,
    settings: { temperature, top_p: topP, max_tokens: maxTokens, ...(prompt !== null && { promptPrefix: prompt }) },
    messages
  }
}
