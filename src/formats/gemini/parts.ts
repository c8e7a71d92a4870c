import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, numberOf, objectOf, stringOf } from '../kit/json-value.js'
import { link } from '../kit/link.js'
import { type Rendered } from '../kit/rendered.js'
import { kindOfType, readMedia, readMediaData } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'

/** One thing in a turn of Gemini, in the order in which it came. */
export type Piece =
  | { kind: 'text', text: string }
  | { kind: 'think', text: string }
  | { kind: 'media', media: Rendered }
  | { kind: 'call', id: string | null, name: string, args: string, output: string | null }
  | { kind: 'output', id: string | null, name: string, output: string }
  | { kind: 'error', text: string }

const codeTool = 'code_execution'

/** What stands in the members of a part of Google's API, or of a chunk of AI Studio, which has the same ones. */
export function readPieces (part: JsonObject): Piece[] {
  const isThought = part.thought === true || part.isThought === true
  const text = typeof part.text === 'string' && part.text !== '' ? [{ kind: isThought ? 'think' as const : 'text' as const, text: part.text }] : []
  return [...text, ...readCalls(part), ...mediaOf(part).map((media) => ({ kind: 'media' as const, media }))]
}

function readCalls (part: JsonObject): Piece[] {
  const { executableCode: code, codeExecutionResult: result, functionCall: call, functionResponse: response } = part
  return [
    ...(isObject(code) ? [{ kind: 'call' as const, id: stringOf(code.id), name: codeTool, args: toolText(code.code), output: null }] : []),
    ...(isObject(result) ? [{ kind: 'output' as const, id: stringOf(result.id), name: codeTool, output: toolText(result.output ?? result.outcome) }] : []),
    ...(isObject(call) ? [{ kind: 'call' as const, id: stringOf(call.id), name: stringOf(call.name) ?? 'tool', args: toolText(call.args), output: null }] : []),
    ...(isObject(response) ? [{ kind: 'output' as const, id: stringOf(response.id), name: stringOf(response.name) ?? 'tool', output: responseText(response.response) }] : [])
  ]
}

/** What a function answered; Gemini's tools wrap their text in `{output}`. */
function responseText (response: JsonValue | undefined): string {
  const { output, ...rest } = objectOf(response)
  return toolText(typeof output === 'string' && Object.keys(rest).length === 0 ? output : response)
}

function mediaOf (part: JsonObject): Rendered[] {
  const { fileData, youtubeVideo } = part
  return [
    ...objectMembers(part, ['inlineData', 'inlineFile', 'inlineImage'])
      .map(({ mimeType, data, displayName }) => readMediaData(kindOfType(stringOf(mimeType)), mimeType, data, stringOf(displayName))),
    ...objectMembers(part, ['driveImage']).map((file) => readDriveFile('image', file)),
    ...objectMembers(part, ['driveAudio']).map((file) => readDriveFile('audio', file)),
    ...objectMembers(part, ['driveVideo']).map((file) => readDriveFile('video', file)),
    ...objectMembers(part, ['driveDocument', 'driveFile']).map((file) => readDriveFile('file', file)),
    ...(isObject(fileData) ? [readFileData(fileData)] : []),
    ...(isObject(youtubeVideo) ? [readYoutube(youtubeVideo)] : [])
  ]
}

function objectMembers (part: JsonObject, names: string[]): JsonObject[] {
  return names.map((name) => part[name]).filter(isObject)
}

function readDriveFile (kind: string, { id, name, mimeType, sizeBytes }: JsonObject): Rendered {
  return readMedia({ kind, pointer: stringOf(id), name: stringOf(name), type: stringOf(mimeType), bytes: numberOf(sizeBytes) ?? decimal(sizeBytes) })
}

function readFileData ({ fileUri, mimeType, displayName }: JsonObject): Rendered {
  const type = stringOf(mimeType)
  return readMedia({ kind: kindOfType(type), pointer: stringOf(fileUri), name: stringOf(displayName), type })
}

function readYoutube ({ id }: JsonObject): Rendered {
  const video = /^[\w-]{1,64}$/.exec(stringOf(id) ?? '')?.[0]
  if (video === undefined) return readMedia({ kind: 'video' })
  return { text: link({ title: 'YouTube video', url: `https://www.youtube.com/watch?v=${video}` }), assets: [] }
}

function decimal (value: JsonValue | undefined): number | null {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null
}

/** The text of an instruction: a string, or `text` or `parts` of an object. */
export function instructionText (instruction: JsonValue | undefined): string | null {
  if (!isObject(instruction)) return stringOf(instruction)
  const parts = Array.isArray(instruction.parts) ? instruction.parts : []
  const texts = parts.map((part) => stringOf(part) ?? stringOf(objectOf(part).text)).filter((text) => text !== null)
  return stringOf(instruction.text) ?? stringOf(texts.join('\n'))
}

/** Pieces of text that were streamed one after the other, as one. */
export function joinPieces (pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (last !== undefined && 'text' in last && 'text' in piece && last.kind === piece.kind) {
      joined[joined.length - 1] = { ...last, text: last.text + piece.text }
    } else {
      joined.push(piece)
    }
  }
  return joined
}
