import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { compact, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { leafName } from '../kit/media.js'
import { joinRendered, type Rendered, renderedText } from '../kit/rendered.js'
import { cleanLine } from '../../text.js'
import { citationReader } from './citations.js'

/** The attachments of a message by their ids. */
type Attachments = ReadonlyMap<string, JsonObject>

/**
 * The parts of a message in their order, one below the other: text with its citations resolved, and transcripts. Media
 * are placeholders like `[image: plant.jpg]`. Attached files that no part shows come last.
 */
export function readParts (parts: JsonValue | undefined, metadata: JsonObject): Rendered {
  const attachments = new Map(objectsOf(metadata.attachments).map((attachment, index) => [pointerId(attachment.id) ?? `#${index}`, attachment]))
  const readText = citationReader(metadata)
  const readables = (Array.isArray(parts) ? parts : [parts]).map((part) => {
    const { text, assets } = typeof part === 'string' ? renderedText(part) : readObject(objectOf(part), attachments)
    return { text: readText(text), assets }
  })
  const shown = joinRendered(readables)
  const pointers = new Set(shown.assets.map((asset) => pointerId(asset.pointer)))
  const others = [...attachments].filter(([id]) => !pointers.has(id)).map(([, attachment]) => attachedFile(attachment))
  return joinRendered([shown, ...others])
}

/** A placeholder for an image, recording, … that `pointer` names, described by the attachment of the same id. */
export function mediaAsset (kind: string, media: JsonObject, attachments?: Attachments): Rendered {
  const pointer = stringOf(media.asset_pointer)
  const attachment = objectOf(attachments?.get(pointerId(pointer) ?? ''))
  const prompt = stringOf(objectOf(objectOf(media.metadata).dalle).prompt)
  return asset(kind, pointer, { ...attachment, ...media }, leafName(attachment.name), prompt)
}

function readObject (part: JsonObject, attachments: Attachments): Rendered {
  switch (part.content_type) {
    case 'image_asset_pointer': return mediaAsset('image', part, attachments)
    case 'audio_asset_pointer': return mediaAsset('audio', part, attachments)
    case 'video_container_asset_pointer': return mediaAsset('video', part, attachments)
    case 'real_time_user_audio_video_asset_pointer': return readRecording(part, attachments)
    case 'audio_transcription': return renderedText(stringOf(part.text))
  }
  const text = stringOf(part.text)
  const type = stringOf(part.content_type)
  return renderedText(text ?? (type === null ? '' : placeholder(type, null)))
}

function readRecording (part: JsonObject, attachments: Attachments): Rendered {
  const video = stringOf(part.video_container_asset_pointer)
  const sound = objectOf(part.audio_asset_pointer)
  return joinRendered([
    ...(stringOf(sound.asset_pointer) === null ? [] : [mediaAsset('audio', sound, attachments)]),
    ...(video === null ? [] : [mediaAsset('video', { asset_pointer: video }, attachments)])
  ])
}

function attachedFile (attachment: JsonObject): Rendered {
  const kind = mimeType(attachment)?.startsWith('image/') === true ? 'image' : 'file'
  return asset(kind, stringOf(attachment.id), attachment, leafName(attachment.name), null)
}

function asset (kind: string, pointer: string | null, facts: JsonObject, name: string | null, prompt: string | null): Rendered {
  const bytes = numberOf(facts.size_bytes) ?? numberOf(facts.size)
  const known = { kind, pointer, name, type: mimeType(facts), bytes, width: numberOf(facts.width), height: numberOf(facts.height), prompt }
  return { text: placeholder(kind, name), assets: [compact(known)] }
}

function mimeType (facts: JsonObject): string | null {
  return stringOf(facts.mime_type) ?? stringOf(facts.mimeType)
}

function placeholder (kind: string, name: string | null): string {
  return name === null ? `[${cleanLine(kind, 64)}]` : `[${kind}: ${name}]`
}

/** The id in `file-service://file-…`, `sediment://file_…` or a bare id. */
export function pointerId (pointer: JsonValue | undefined): string | null {
  return typeof pointer === 'string' ? pointer.slice(pointer.indexOf('://') + 1).replace(/^\/\//, '') : null
}
