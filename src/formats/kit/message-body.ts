import { type ContentPart, EntryError, type JsonObject, type MessageBody, type MessageDraft } from './draft.js'
import { cleanLine } from '../../text.js'
import { withoutCutPictures } from './media.js'
import { repairObject, repairText } from './text.js'

/** The most text one message may have, in bytes of UTF-8, and as much again of other data. */
export const maxMessageBytes = 16 * 1024 * 1024

const nameLength = 256

/**
 * The wire fields of a message, repaired; `endpoint` is the conversation's.
 * @throws {EntryError} for more than 16 MiB of text, or of other data, in one message.
 */
export function messageBody (draft: MessageDraft, endpoint: string): MessageBody {
  const body: MessageBody = {
    sender: cleanName(draft.sender) ?? (draft.isCreatedByUser ? 'user' : 'assistant'),
    isCreatedByUser: draft.isCreatedByUser,
    text: withoutCutPictures(repairText(draft.text)),
    endpoint: cleanName(draft.endpoint) ?? endpoint,
    model: cleanName(draft.model),
    unfinished: draft.unfinished ?? false,
    error: draft.error ?? false,
    ...extras(draft)
  }
  const { text, ...rest } = body
  if (Buffer.byteLength(text) > maxMessageBytes || Buffer.byteLength(JSON.stringify(rest)) > maxMessageBytes) {
    throw new EntryError('A message is larger than 16 MiB')
  }
  return body
}

/** The optional members, each present only when there is something in it. */
function extras (draft: MessageDraft): Partial<MessageBody> {
  const { content, files, attachments, metadata, feedback, tokenCount } = draft
  return {
    ...(content !== undefined && content.length > 0 && { content: content.map(repairPart) }),
    ...(files !== undefined && files.length > 0 && { files: files.map(repairObject) }),
    ...(attachments !== undefined && attachments.length > 0 && { attachments: attachments.map(repairObject) }),
    ...(metadata !== undefined && Object.keys(metadata).length > 0 && { metadata: repairObject(metadata) }),
    ...(feedback && { feedback: repairFeedback(feedback) }),
    ...(tokenCount !== undefined && Number.isSafeInteger(tokenCount) && tokenCount >= 0 && { tokenCount })
  }
}

function repairPart (part: ContentPart): ContentPart {
  const { type, ...members }: JsonObject & { type: string } = part
  const repaired = repairObject(members)
  return { type: repairText(type), ...repaired, ...(typeof repaired.text === 'string' && { text: withoutCutPictures(repaired.text) }) }
}

function repairFeedback ({ rating, tag, text }: NonNullable<MessageDraft['feedback']>) {
  return {
    rating,
    ...(tag !== undefined && { tag: repairText(tag) }),
    ...(text !== undefined && { text: repairText(text) })
  }
}

/** A sender, endpoint or model in one short line; null when blank or absent. */
export function cleanName (name: string | null | undefined): string | null {
  const line = cleanLine(name ?? '', nameLength)
  return line === '' ? null : line
}
