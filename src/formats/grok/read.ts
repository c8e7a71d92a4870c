import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { readTrace, showCards } from './tags.js'
import { readMedia } from '../kit/media.js'
import { idOf, linkById, messageObjects } from '../kit/link-by-id.js'
import { errorPart, fromParts, textPart } from '../kit/message-parts.js'
import { mediaMetadata, readPages, withPages } from '../kit/citations.js'
import { grokSidecars } from './sidecars.js'

/**
 * Grok's data export (`prod-grok-backend.json`): each element of `conversations` is a `conversation` beside its
 * `responses`, which are the messages of both sides, linked by `parent_response_id`; a retried first prompt has no parent.
 *
 * Every response with something to see becomes one message: text, reasoning, calls of tools, files, an error. Aborted,
 * empty ones are links. Pages an answer cites are listed below it, pages it only found are kept in its metadata.
 */
export const grok: ImportFormat = {
  name: 'grok',
  label: 'Grok',
  sidecars: grokSidecars,

  matches ({ conversation, responses }) {
    return isObject(conversation) && Array.isArray(responses)
  },

  convert (element) {
    const about = objectOf(element.conversation)
    const responses = messageObjects(element.responses).map((entry) => isObject(entry.response) ? entry.response : entry)
    const links = linkById(responses.map((response) => ({ id: responseId(response), parentId: idOf(response.parent_response_id) })))
    const messages = responses.map((response, index) => ({ ...links[index] ?? { key: String(index), parent: null }, ...readResponse(response) }))
    const conversation: ConversationDraft = {
      sourceId: idOf(about.id) ?? idOf(about.conversation_id) ?? idOf(about._id),
      title: stringOf(about.title) ?? stringOf(about.summary),
      endpoint: 'xai',
      model: messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: about.create_time,
      updatedAt: about.modify_time,
      pinned: about.starred === true,
      settings: { endpointType: 'custom' },
      messages
    }
    return [conversation]
  }
}

function responseId (response: JsonObject): string | null {
  return idOf(response._id) ?? idOf(response.response_id)
}

function readResponse (response: JsonObject): Omit<MessageDraft, 'key' | 'parent'> {
  const sender = stringOf(response.sender)?.toLowerCase()
  const isCreatedByUser = sender === 'human' || sender === 'user'
  // The model that answers is also set on many questions.
  const model = isCreatedByUser ? null : stringOf(response.model)
  const error = stringOf(response.error) ?? stringOf(objectOf(response.error).message)
  const files = readFiles(response)
  const cited = readPages(response.cited_web_search_results)
  const found = readPages([response.cited_web_search_results, response.web_search_results].flatMap(objectsOf))
  const text = stringOf(response.message) ?? ''
  return {
    sourceId: responseId(response),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : model ?? 'Grok',
    ...fromParts([
      ...readTrace(response.thinking_trace),
      textPart(isCreatedByUser ? text : showCards(text, response)),
      errorPart(error),
      textPart(files.text),
      textPart(withPages('', cited))
    ]),
    model,
    createdAt: response.create_time,
    metadata: mediaMetadata(files.assets, [...new Map(found.map((page) => [page.url, page])).values()]),
    unfinished: response.partial === true,
    error: error !== null
  }
}

/** Placeholders for uploaded and generated files, which are bare addresses, ids or objects. */
function readFiles (response: JsonObject): Rendered {
  const lists: Array<[string, JsonValue | undefined]> = [
    ['image', response.image_attachments], ['image', response.generated_image_urls], ['file', response.file_attachments]
  ]
  return joinRendered(lists.flatMap(([kind, list]) => (Array.isArray(list) ? list : []).flatMap((file) => readFile(kind, file))))
}

function readFile (kind: string, file: JsonValue): Rendered[] {
  if (typeof file === 'string') return file.trim() === '' ? [] : [readMedia({ kind, pointer: file })]
  if (!isObject(file)) return []
  const pointer = [file.url, file.image_url, file.file_uri, file.file_id, file.id].map(stringOf).find((text) => text !== null)
  const type = stringOf(file.mime_type) ?? stringOf(file.file_mime_type)
  return [readMedia({ kind, pointer: pointer ?? null, name: stringOf(file.file_name) ?? stringOf(file.name), type })]
}
