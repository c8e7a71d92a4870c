import { createHash } from 'node:crypto'
import { isoTime } from '../../iso-time.js'
import type { JsonObject } from '../kit/draft.js'
import type { ArchiveFile, ExportFormat } from '../kit/export-format.js'
import type { StoredConversation, StoredMessage } from '../kit/stored.js'
import { CONVERSATIONS_FILE, FORMAT_VERSION, MANIFEST_FILE, SOURCE } from './format.js'

/** A longer conversation goes on in another line. Importers read a line of up to 32 MiB, and a character takes up to 3 bytes. */
const MAX_LINE_CHARACTERS = 8_388_608

/** What the manifest says of the lines. */
interface Counts { conversations: number, messages: number, lines: number }

/**
 * Parley's own format, which keeps all that it knows of a conversation: a zip with one JSON object a line, and a manifest
 * with counts and the SHA-256 of the lines. Imported into an empty account and exported again it gives the same bytes.
 */
export const parleyExport: ExportFormat = {
  name: 'parley',
  many: {
    kind: 'zip',
    * write (conversations): Generator<ArchiveFile, void, void> {
      const counts: Counts = { conversations: 0, messages: 0, lines: 0 }
      const hash = createHash('sha256')
      let bytes = 0
      yield {
        path: CONVERSATIONS_FILE,
        content: observed(linesOf(conversations, counts), (text) => {
          hash.update(text)
          bytes += Buffer.byteLength(text)
        })
      }
      const manifest = { format: SOURCE, version: FORMAT_VERSION, ...counts, files: { [CONVERSATIONS_FILE]: { bytes, sha256: hash.digest('hex') } } }
      yield { path: MANIFEST_FILE, content: [`${JSON.stringify(manifest, null, 2)}\n`] }
    }
  }
}

function * observed (texts: Iterable<string>, observe: (text: string) => void): Generator<string, void, void> {
  for (const text of texts) {
    observe(text)
    yield text
  }
}

function * linesOf (conversations: Iterable<StoredConversation>, counts: Counts): Generator<string, void, void> {
  for (const conversation of conversations) {
    const facts = factsOf(conversation)
    yield beginning(facts)
    counts.conversations++
    counts.lines++
    let characters = 0
    for (const index of conversation.links.keys()) {
      const message = messageJson(conversation.message(index))
      if (characters > 0 && characters + message.length > MAX_LINE_CHARACTERS) {
        yield `]}\n${beginning({ ...facts, isContinued: true })}`
        counts.lines++
        characters = 0
      }
      yield `${characters > 0 ? ',' : ''}${message}`
      characters += message.length
      counts.messages++
    }
    yield ']}\n'
  }
}

function beginning (facts: JsonObject): string {
  return `${JSON.stringify(facts).slice(0, -1)},"messages":[`
}

function factsOf (conversation: StoredConversation): JsonObject {
  const { conversationId, title, endpoint, model, tags, isArchived, archivedAt, pinned, settings, createdAt, updatedAt, forkedFrom, origin } = conversation
  // An import gives a conversation without an origin this one.
  const isOwn = origin?.source === SOURCE && origin.sourceId === conversationId
  return {
    parley: FORMAT_VERSION,
    conversationId,
    title,
    endpoint,
    model,
    tags,
    isArchived,
    archivedAt: archivedAt === null ? null : isoTime(archivedAt),
    pinned,
    // By name, because they come from several places and have no order.
    settings: Object.fromEntries(Object.entries(settings).sort(([a], [b]) => a < b ? -1 : 1)),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    forkedFrom,
    origin: origin === null || isOwn ? null : { ...origin, versionAt: origin.versionAt === null ? null : isoTime(origin.versionAt) }
  }
}

/** A message. Its stored body is used without parsing it. */
function messageJson ({ messageId, parentMessageId, sourceId, createdAt, updatedAt, editedHere, json }: StoredMessage): string {
  const ids = `"messageId":${JSON.stringify(messageId)},"parentMessageId":${JSON.stringify(parentMessageId)}`
  // An import gives a message without an id of its source its own.
  const source = sourceId === null || sourceId === messageId ? '' : `"sourceId":${JSON.stringify(sourceId)},`
  return `{${ids},${source}${editedHere ? '"editedHere":true,' : ''}"createdAt":"${isoTime(createdAt)}","updatedAt":"${isoTime(updatedAt)}",${json.slice(1)}`
}
