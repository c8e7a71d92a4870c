import { type JsonValue } from './draft.js'
import { compact, stringOf } from './json-value.js'
import { cleanLine } from '../../text.js'
import { type Rendered } from './rendered.js'

/** Slashes may be escaped, as in JSON that PHP wrote into a string. */
const dataUrl = /^data:([\w.+-]+\\*\/[\w.+-]+)?[^,]{0,200},/

/** What is known of a picture, file or recording that an export names, whose bytes are not taken in. */
export interface Media {
  /** `image`, `audio`, `video`, `file`, …: the word in the placeholder. */
  kind: string
  /** Where the bytes are: an address, or an id within the export. */
  pointer?: string | null
  name?: string | null
  /** The MIME type. */
  type?: string | null
  bytes?: number | null
}

/** A placeholder like `[image: plant.jpg]`, with what is known of the medium as its asset. */
export function readMedia ({ kind, pointer, name, type, bytes }: Media): Rendered {
  const known = { kind: cleanLine(kind, 64), pointer: pointer ?? null, name: leafName(name), type: type ?? null, bytes: bytes ?? null }
  const text = known.name === null ? `[${known.kind}]` : `[${known.kind}: ${known.name}]`
  return { text, assets: [compact(known)] }
}

/** Media at an address; of a `data:` address only type and size stay, because it is as long as the medium itself. */
export function readMediaUrl (kind: string, url: JsonValue | undefined, name: string | null = null): Rendered {
  const address = stringOf(url)
  const data = address === null ? null : dataUrl.exec(address.slice(0, 300))
  if (address === null || data === null) return readMedia({ kind, pointer: address, name })
  return readMedia({ kind, name, type: data[1]?.replace(/\\+/, '') ?? null, bytes: base64Bytes(address.slice(data[0].length)) })
}

/** Media given as Base64. */
export function readMediaData (kind: string, type: JsonValue | undefined, data: JsonValue | undefined, name: string | null = null): Rendered {
  return readMedia({ kind, name, type: stringOf(type), bytes: typeof data === 'string' ? base64Bytes(data) : null })
}

/** The word for media of a MIME type. */
export function kindOfType (type: string | null): string {
  const [family = ''] = (type ?? '').split(/[\\/]/)
  return ['image', 'audio', 'video'].includes(family) ? family : 'file'
}

/** A picture in Markdown whose bytes the import reader has left out. */
const cutPicture = /!\[([^\]\n]{0,300})\]\(data:([\w.+-]{1,80}\\{0,8}\/[\w.+-]{1,80})[^,\s)]{0,300};base64,~\d+[^)\s]{0,100}\)/g

/** Text with placeholders for the pictures in it whose bytes the import reader has left out. */
export function withoutCutPictures (text: string): string {
  return text.includes(';base64,~') ? text.replace(cutPicture, (_, name: string, type: string) => readMedia({ kind: kindOfType(type), name }).text) : text
}

/** The bytes that base64 stands for; the import reader leaves `~` and the length in place of a long one. */
function base64Bytes (data: string): number {
  const length = data.startsWith('~') ? Number(data.slice(1)) : data.replaceAll('\\', '').length
  return Math.floor(length * 3 / 4)
}

/** The last segment of a name that may hold directories, in one line; null when there is none. */
export function leafName (name: JsonValue | undefined): string | null {
  const leaf = cleanLine((stringOf(name) ?? '').split(/[\\/]/).at(-1) ?? '', 256)
  return leaf === '' ? null : leaf
}
