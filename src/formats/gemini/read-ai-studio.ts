import { type ImportFormat, type JsonObject } from '../kit/draft.js'
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { instructionText, joinPieces, type Piece, readPieces } from './parts.js'
import { type GeminiEntry, readTurns } from './turns.js'
import { readPages } from '../kit/citations.js'
import { namedId } from '../kit/own-id.js'

/**
 * A prompt of Google AI Studio as Drive keeps it: `chunkedPrompt.chunks`, whose name is only the file's. It has no id
 * either: the name and how the chat begins stand in for one.
 *
 * Every chunk of the user with text or media is one message, every run of chunks of the model another. Its thoughts are
 * `think` parts, executed code `tool_call` parts, what went wrong an `error` part. Empty chunks make no message, and input
 * that was never sent (`pendingInputs`) is no part of the chat.
 */
export const aiStudio: ImportFormat = {
  name: 'ai-studio',
  label: 'Google AI Studio',

  matches ({ chunkedPrompt }) {
    return Array.isArray(objectOf(chunkedPrompt).chunks)
  },

  convert (element, { fileTitle }) {
    const { model, temperature, topP, topK, maxOutputTokens } = objectOf(element.runSettings)
    const modelName = stringOf(model)?.replace(/^models\//, '') ?? null
    const messages = readTurns(objectsOf(objectOf(element.chunkedPrompt).chunks).map(readChunk), modelName)
    return [{
      sourceId: stringOf(element.id) ?? (fileTitle === null ? null : namedId(fileTitle, messages)),
      title: stringOf(element.displayName) ?? stringOf(element.title) ?? fileTitle,
      endpoint: 'google',
      model: modelName,
      createdAt: element.createTime,
      updatedAt: element.updateTime,
      settings: compact({ temperature, topP, topK, maxOutputTokens, promptPrefix: instructionText(element.systemInstruction) }),
      messages
    }]
  }
}

function readChunk (chunk: JsonObject): GeminiEntry {
  const error = stringOf(chunk.errorMessage)
  const links = objectsOf(objectOf(chunk.grounding).groundingChunks).map(({ web }) => web).filter(isObject)
  return {
    id: stringOf(chunk.id),
    isUser: chunk.role === 'user',
    pieces: [...chunkPieces(chunk), ...(error === null ? [] : [{ kind: 'error' as const, text: error }])],
    pages: readPages(links),
    createdAt: chunk.createTime,
    branchOf: stringOf(objectOf(chunk.branchParent).id),
    tokens: chunk.isThought === true ? 0 : numberOf(chunk.tokenCount) ?? 0
  }
}

/** `parts` repeat the text of a chunk in the pieces it was streamed in, unless there is no other. */
function chunkPieces (chunk: JsonObject): Piece[] {
  const isThought = chunk.isThought === true
  const parts = objectsOf(chunk.parts).map((part) => ({ ...part, isThought }))
  if (stringOf(chunk.text) !== null) return [...readPieces(chunk), ...parts.flatMap((part) => readPieces({ ...part, text: null }))]
  return [...joinPieces(parts.flatMap(readPieces)), ...readPieces({ ...chunk, text: null })]
}
