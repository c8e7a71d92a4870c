import { type ConversationDraft, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { compact, isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { instructionText, joinPieces, readPieces } from './parts.js'
import { type GeminiEntry, readTurns } from './turns.js'
import { ownId } from '../kit/own-id.js'

/**
 * A history in the shape of Google's API, `{contents: [{role, parts}]}`, as Gemini's command line and scripts keep it.
 *
 * Every content of the user with text or media is one message, every run of contents of the model another. Responses
 * of functions, which the API has the user say, are the outputs of their calls. There are usually no times and no ids.
 */
export const geminiApi: ImportFormat = {
  name: 'gemini-api',
  label: 'Google API histories',

  matches ({ contents, history }) {
    return [contents, history].some((list) => Array.isArray(list) && list.some((content) => isObject(content) && Array.isArray(content.parts)))
  },

  convert (element) {
    return [readHistory(element, objectsOf(Array.isArray(element.contents) ? element.contents : element.history))]
  }
}

/** A file that is such a list and no more, as Gemini CLI's `/chat save` writes it; read like those of {@link geminiApi}. */
export const geminiList: ImportFormat = {
  name: 'gemini-list',
  label: 'Gemini CLI checkpoints',
  collects: true,

  matches ({ role, parts, content }) {
    return (role === 'user' || role === 'model') && content === undefined && Array.isArray(parts) && parts.some(isObject)
  },

  convert (element) {
    return [readHistory(element, objectsOf(element.messages))]
  }
}

function readHistory (element: JsonObject, contents: readonly JsonObject[]): ConversationDraft {
  const { temperature, topP, topK, maxOutputTokens } = objectOf(element.generationConfig)
  const model = stringOf(element.model)?.replace(/^models\//, '') ?? null
  const messages = readTurns(contents.map(readContent), model)
  return {
    sourceId: ownId(element.id ?? element.sessionId, messages),
    title: stringOf(element.title) ?? stringOf(element.displayName),
    endpoint: 'google',
    model,
    createdAt: element.createTime ?? element.startTime,
    updatedAt: element.updateTime ?? element.lastUpdated,
    settings: compact({ temperature, topP, topK, maxOutputTokens, promptPrefix: instructionText(element.systemInstruction ?? element.system_instruction) }),
    messages
  }
}

function readContent (content: JsonObject): GeminiEntry {
  return {
    id: stringOf(content.id),
    isUser: content.role !== 'model',
    pieces: joinPieces(objectsOf(content.parts).flatMap(readPieces)),
    pages: [],
    createdAt: content.createTime ?? content.timestamp,
    branchOf: null,
    tokens: 0
  }
}
