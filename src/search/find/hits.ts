import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { readBody } from '../../messages/body.js'
import { NO_PARENT } from '../../messages/tree.js'
import type { FoundMessage, MessagePage } from './messages.js'
import type { Term } from './query.js'
import type { FoundMessageView } from './schemas.js'
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

const rows = prepared(({ $client: sqlite }: Db) => sqlite.prepare<[FoundMessage], Row>(
  `SELECT m.message_id AS messageId, m.parent_message_id AS parentMessageId, m.body, m.created_at AS createdAt,
     m.updated_at AS updatedAt, c.conversation_id AS conversationId, c.title, c.endpoint, c.model, c.icon_url AS iconUrl,
     c.is_archived AS isArchived
   FROM messages m JOIN conversations c ON c.pk = ${conversationOfMessage('m.pk')}
   WHERE m.pk = ${messageKey(':conversationPk', ':n')}`))

/**
 * A page of found messages as the pieces of one JSON object. Each message is read when it is asked for, so a long
 * answer can give way to other requests in between; one that is deleted meanwhile is left out.
 */
export function * foundAsJson (db: Db, { found, terms, nextCursor }: MessagePage): Generator<string, void, void> {
  let separator = '{"messages":['
  for (const place of found) {
    const row = rows(db).get(place)
    if (!row) continue
    yield separator + JSON.stringify(viewFound(row, terms))
    separator = ','
  }
  yield `${separator === ',' ? '' : separator}],"nextCursor":${JSON.stringify(nextCursor)}}`
}

/** The message's own fields, and those in which its conversation has the last word. */
function viewFound (row: Row, terms: readonly Term[]): FoundMessageView {
  const body = readBody(row.body)
  return {
    messageId: row.messageId,
    conversationId: row.conversationId,
    parentMessageId: row.parentMessageId ?? NO_PARENT,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
    ...body,
    ...(row.endpoint !== null && { endpoint: row.endpoint }),
    ...(row.model !== null && { model: row.model }),
    ...(row.iconUrl !== null && { iconURL: row.iconUrl }),
    title: row.title,
    isArchived: row.isArchived === 1,
    snippet: snippet(messageTexts(body), terms)
  }
}
