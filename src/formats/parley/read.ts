import { type ConversationDraft, EntryError, type ImportFormat, type JsonObject, type JsonValue, type KeptFacts, type KeptMessage } from '../kit/draft.js'
import { objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { parseTime } from '../kit/times.js'
import { FORMAT_VERSION, SOURCE } from './format.js'
import { parleySidecars } from './sidecars.js'

/** Parley's own format, as `write.ts` beside this writes it. Its conversations keep their ids, times, order and origins. */
export const parley: ImportFormat = {
  name: SOURCE,
  label: 'Parley',
  sidecars: parleySidecars,

  matches: ({ parley, conversationId, messages }) => typeof parley === 'number' && typeof conversationId === 'string' && Array.isArray(messages),

  convert (element) {
    if (Number(element.parley) > FORMAT_VERSION) throw new EntryError('It was exported by a newer version of Parley')
    const { tags } = element
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.conversationId),
      title: stringOf(element.title),
      endpoint: stringOf(element.endpoint),
      model: stringOf(element.model),
      createdAt: element.createdAt,
      updatedAt: element.updatedAt,
      isArchived: element.isArchived === true,
      pinned: element.pinned === true,
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
      settings: objectOf(element.settings),
      messages: [],
      kept: readKept(element)
    }
    return [conversation]
  }
}

function readKept (element: JsonObject): KeptFacts {
  const forkedFrom = objectOf(element.forkedFrom)
  const forkedFromConversation = stringOf(forkedFrom.conversationId)
  return {
    isContinued: element.isContinued === true,
    archivedAt: parseTime(element.archivedAt),
    forkedFrom: forkedFromConversation === null ? null : { conversationId: forkedFromConversation, messageId: stringOf(forkedFrom.messageId) },
    origin: readOrigin(objectOf(element.origin)),
    messages: objectsOf(element.messages).map(readMessage)
  }
}

function readOrigin ({ source, sourceId, fingerprint, title, versionAt, contentHash }: JsonObject): KeptFacts['origin'] {
  const [name, id] = [stringOf(source), stringOf(sourceId)]
  if (name === null || id === null) return null
  return { source: name, sourceId: id, fingerprint: textOf(fingerprint) ?? '', title: textOf(title), versionAt: parseTime(versionAt), contentHash: stringOf(contentHash) }
}

function readMessage ({ messageId, parentMessageId, sourceId, createdAt, updatedAt, editedHere, ...body }: JsonObject): KeptMessage {
  return {
    messageId: textOf(messageId) ?? '',
    parentMessageId: textOf(parentMessageId),
    sourceId: textOf(sourceId),
    createdAt: parseTime(createdAt),
    updatedAt: parseTime(updatedAt),
    editedHere: editedHere === true,
    body
  }
}

/** Text as it is, blank text too. */
function textOf (value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
