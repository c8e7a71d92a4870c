import { type JsonObject } from '../kit/draft.js'
import { numberOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { fencedDocument } from '../kit/fence.js'
import { kindOfType, readMedia } from '../kit/media.js'

const imageName = /\.(?:png|jpe?g|gif|webp|bmp|heic|svg)$/i

/**
 * What was attached to a message of Claude: documents with the text that was read from them in fences, everything else
 * as placeholders. One file is listed up to three times, in `attachments`, `files` and `files_v2`.
 */
export function readClaudeFiles (message: JsonObject): Rendered {
  const files = new Map<string, JsonObject>()
  for (const [place, file] of [message.attachments, message.files, message.files_v2].flatMap(objectsOf).entries()) {
    const name = nameOf(file) ?? pointerOf(file) ?? `#${place}`
    const isOther = stringOf(file.extracted_content) !== null && files.has(name)
    files.set(isOther ? `${name}#${place}` : name, isOther ? file : { ...files.get(name), ...file })
  }
  return joinRendered([...files.values()].map((file) => stringOf(file.extracted_content) === null ? readFile(file) : readDocument(file)))
}

function readDocument (file: JsonObject): Rendered {
  const { assets } = readFile(file)
  return { text: fencedDocument(nameOf(file) ?? 'document.txt', stringOf(file.extracted_content) ?? ''), assets }
}

function readFile (file: JsonObject): Rendered {
  const name = nameOf(file)
  const type = stringOf(file.file_type)
  const kind = file.file_kind === 'image' || imageName.test(name ?? '') ? 'image' : kindOfType(type)
  return readMedia({ kind, pointer: pointerOf(file), name, type, bytes: numberOf(file.file_size) ?? numberOf(file.size_bytes) })
}

function nameOf (file: JsonObject): string | null {
  return stringOf(file.file_name)
}

function pointerOf (file: JsonObject): string | null {
  return stringOf(file.file_uuid) ?? stringOf(file.uuid) ?? stringOf(file.id)
}
