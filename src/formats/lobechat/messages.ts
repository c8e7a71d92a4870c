import { type ContentPart, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { type LobeTables } from './tables.js'
import { type LobeAnswers, pluginOf } from './tools.js'
import { kindOfType, readMedia, readMediaUrl } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { callPart, errorPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'
import { mediaMetadata, readPages, withPages } from '../kit/citations.js'

/** What is known around a message; `sessionModel` answers where a message does not say which model did. */
export interface LobeContext extends LobeTables { answers: LobeAnswers, sessionModel: string | null }

/** Reads the message at `place` of its conversation. */
export function readLobeMessage (row: JsonObject, place: number, context: LobeContext): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = row.role === 'user'
  const link = { sourceId: stringOf(row.id), isCreatedByUser, createdAt: row.createdAt, updatedAt: row.updatedAt }
  if (row.role === 'system' || context.answers.folded.has(place)) return { ...link, keep: false, text: '' }
  const files = joinRendered(readFiles(row, context))
  const pages = readPages(objectOf(row.search).citations)
  const isTool = row.role === 'tool' || row.role === 'function'
  const model = isCreatedByUser || isTool ? null : stringOf(row.model) ?? stringOf(objectOf(row.extra).fromModel) ?? context.sessionModel
  return {
    ...link,
    sender: isCreatedByUser ? 'user' : isTool ? 'tool' : model ?? 'assistant',
    ...fromParts([
      thinkPart(stringOf(objectOf(row.reasoning).content)),
      ...isTool ? [readAnswer(row, context)] : [textPart(stringOf(row.content))],
      ...readCalls(row, context.answers.outputs.get(place) ?? new Map()),
      textPart(files.text),
      textPart(withPages('', pages)),
      textPart(readTranslation(row, context)),
      errorPart(readError(row))
    ]),
    model,
    metadata: mediaMetadata(files.assets, pages),
    error: isObject(row.error)
  }
}

/** The answer of a tool whose call the file does not hold. */
function readAnswer (row: JsonObject, { plugins }: LobeTables): ContentPart {
  const plugin = pluginOf(row, plugins)
  return callPart({ id: stringOf(row.tool_call_id), name: toolName(plugin), args: toolText(plugin.arguments) }, stringOf(row.content) ?? '')
}

function readCalls ({ tools }: JsonObject, outputs: ReadonlyMap<string, string | null>): ContentPart[] {
  return objectsOf(tools).map((tool) => {
    const id = stringOf(tool.id)
    return callPart({ id, name: toolName(tool), args: toolText(tool.arguments) }, outputs.get(id ?? '') ?? null)
  })
}

function toolName ({ identifier, apiName }: JsonObject): string {
  return [stringOf(identifier), stringOf(apiName)].filter((name) => name !== null).join('.') || 'tool'
}

/** The translation that is shown below a message. */
function readTranslation (row: JsonObject, { translations }: LobeTables): string | null {
  const translation = stringOf(objectOf(objectOf(row.extra).translate).content) ?? translations.get(stringOf(row.id) ?? '') ?? null
  return translation === null ? null : `---\n\n${translation}`
}

function readError ({ error }: JsonObject): string | null {
  const { message, type, body } = objectOf(error)
  return stringOf(message) ?? stringOf(objectOf(body).message) ?? stringOf(type)
}

/** Files are ids, whose facts may be in a table, or objects; pictures of old exports are addresses. */
function readFiles (row: JsonObject, { files, messageFiles }: LobeTables): Rendered[] {
  const ids = [...Array.isArray(row.files) ? row.files : [], ...messageFiles.get(stringOf(row.id) ?? '') ?? []]
  const images = objectsOf(row.imageList).map(({ url, alt }) => readMediaUrl('image', url, stringOf(alt)))
  return [...images, ...objectsOf(row.fileList).map((file) => readFile(file)), ...[...new Set(ids)].flatMap((file) => {
    if (typeof file === 'string') return [readFile(files.get(file) ?? { id: file })]
    return isObject(file) ? [readFile(file)] : []
  })]
}

function readFile (file: JsonObject): Rendered {
  const type = stringOf(file.fileType)
  return readMedia({ kind: kindOfType(type), pointer: stringOf(file.url) ?? stringOf(file.id), name: stringOf(file.name), type, bytes: numberOf(file.size) })
}
