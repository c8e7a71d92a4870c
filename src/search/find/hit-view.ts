import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { firstCodePoints } from '../../text.js'
import { viewMessage } from '../../messages/view.js'
import type { FoundMessage, MessagePage } from './messages.js'
import type { Term } from './query.js'
import { type FoundMessageView, MAX_HIT_BYTES } from './schemas.js'
import { snippet } from './snippet.js'
import { messageTexts } from '../index/texts.js'

interface Row {
  messageId: string
  parentMessageId: string | null
  body: string
  createdAt: number
  updatedAt: number
  conversationId: string
  title: string
  endpoint: string | null
  model: string | null
  iconUrl: string | null
  isArchived: number
}

// Raw SQL: the statement looks up a packed key.
const rows = prepared(({ $client: sqlite }: Db) => sqlite.prepare<[FoundMessage], Row>(
  `SELECT m.message_id AS messageId, m.parent_message_id AS parentMessageId, m.body, m.created_at AS createdAt,
     m.updated_at AS updatedAt, c.conversation_id AS conversationId, c.title, c.endpoint, c.model, c.icon_url AS iconUrl,
     c.is_archived AS isArchived
   FROM messages m JOIN conversations c ON c.pk = ${conversationOfMessage('m.pk')}
   WHERE m.pk = ${messageKey(':conversationPk', ':n')}`))

/**
 * Returns a page of hits as JSON. A message that is deleted before it is read is omitted, and so are undefined members of `more`.
 */
export function hitsJson (db: Db, { found, terms, nextCursor }: MessagePage, more: { correctedSearch?: string | undefined, anyCount: number | undefined, indexedShare: number | undefined }): string {
  return `{"messages":[${[...hits(db, found, terms)].join()}],${JSON.stringify({ nextCursor, ...more }).slice(1)}`
}

function * hits (db: Db, found: FoundMessage[], terms: readonly Term[]): Generator<string, void, void> {
  for (const key of found) {
    const row = rows(db).get(key)
    if (row) yield hitJson(viewHit(row, terms))
  }
}

/** Code points of a cut text of a hit. */
const CUT_TEXT_CODE_POINTS = 1024

/** Returns the JSON of a hit. A long message is cut to limit the size of a page. */
function hitJson (hit: FoundMessageView): string {
  const json = JSON.stringify(hit)
  if (Buffer.byteLength(json) <= MAX_HIT_BYTES) return json
  const { content, files, attachments, metadata, feedback, ...short } = hit
  return JSON.stringify({ ...short, text: firstCodePoints(hit.text, CUT_TEXT_CODE_POINTS), isTruncated: true })
}

/** Returns the fields of a hit. Endpoint, model and icon of the conversation replace those of the message. */
function viewHit (row: Row, terms: readonly Term[]): FoundMessageView {
  const message = viewMessage(row, row.conversationId)
  return {
    ...message,
    ...(row.endpoint !== null && { endpoint: row.endpoint }),
    ...(row.model !== null && { model: row.model }),
    ...(row.iconUrl !== null && { iconURL: row.iconUrl }),
    title: row.title,
    isArchived: row.isArchived === 1,
    snippet: snippet(messageTexts(message), terms)
  }
}
