import { v7 as uuid } from 'uuid'
import type { Db } from '../db/connection.js'
import { messageKey, messagesAfter, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import type { Placed } from '../messages/tree.js'
import { indexStoredMessages, indexTitle } from '../search/index/entries.js'
import { nextConversationKey } from '../conversations/commands.js'
import type { Conversation } from '../conversations/row.js'
import { titleKey } from '../conversations/title.js'

/** A message as far as it matters for what is copied and in which order. */
export interface SourceMessage {
  n: number
  messageId: string
  parentMessageId: string | null
  createdAt: number
  /** Bytes of its body. */
  size: number
}

/** A message of a copy: its new number and id, its new parent's id, the number of its original, and its time. */
type CopiedMessage = [n: number, messageId: string, parentMessageId: string | null, original: number, createdAt: number]

interface NewConversation {
  source: Conversation
  userNo: number
  partitionNo: number
  copyId: string
  title: string
  forkedFromMessage: string | null
  count: number
  now: number
}

const statements = prepared(({ $client: sqlite }: Db) => ({
  sources: sqlite.prepare<[{ pk: number, after: number, limit: number }], SourceMessage>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, parent_message_id AS parentMessageId, created_at AS createdAt,
       octet_length(body) AS size
     FROM messages WHERE pk ${messagesAfter(':pk', ':after')} ORDER BY pk LIMIT :limit + 0`),
  copyConversation: sqlite.prepare<[Omit<NewConversation, 'source' | 'userNo'> & { pk: number, source: number, titleKey: string }]>(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, endpoint, endpoint_type, model, agent_id,
       assistant_id, spec, icon_url, tags, settings, forked_from_conversation, forked_from_message, message_count, next_message,
       created_at, updated_at)
     SELECT :pk, :partitionNo, :copyId, :title, :titleKey, endpoint, endpoint_type, model, agent_id,
       assistant_id, spec, icon_url, tags, settings, conversation_id, :forkedFromMessage, :count, :count + 1,
       :now, :now
     FROM conversations WHERE pk = :source`),
  // Bodies go from row to row inside SQLite; the join is CROSS so that it follows the list.
  copyMessages: sqlite.prepare<[{ pk: number, source: number, messages: string }]>(
    `INSERT INTO messages (pk, message_id, parent_message_id, body, created_at, updated_at)
     SELECT ${messageKey(':pk', '(c.value ->> 0)')}, c.value ->> 1, c.value ->> 2, m.body, c.value ->> 4, max(m.updated_at, c.value ->> 4)
     FROM json_each(:messages) c CROSS JOIN messages m ON m.pk = ${messageKey(':source', '(c.value ->> 3)')}`)
}))

/** At most `limit` messages of a conversation that are numbered higher than `after`, in stored order. */
export function sourceMessages (db: Db, pk: number, after: number, limit: number): SourceMessage[] {
  return statements(db).sources.all({ pk, after, limit })
}

/**
 * Inserts the row of a copy that will have `count` messages; answers its key. Settings and tags are the source's; flags are not.
 * @throws {DomainError} LIMIT_REACHED, see `nextConversationKey`.
 */
export function insertCopy (db: Db, { source, userNo, ...copy }: NewConversation): number {
  const pk = nextConversationKey(db, userNo)
  statements(db).copyConversation.run({ ...copy, pk, source: source.pk, titleKey: titleKey(copy.title) })
  indexTitle(db, pk, copy.title)
  return pk
}

/** Writes messages of a copy, numbered one after the other, with their entries in the search index. */
export function insertCopiedMessages (db: Db, pk: number, source: number, messages: CopiedMessage[]) {
  statements(db).copyMessages.run({ pk, source, messages: JSON.stringify(messages) })
  indexStoredMessages(db, pk, messages[0]?.[0] ?? 0, messages.at(-1)?.[0] ?? 0)
}

/**
 * Gives the selected messages their places in a copy: numbers in the order given, fresh ids, and the times they
 * have, unless that is not at least a millisecond after their parent's. Only the selection tells how many ids it
 * takes, so these are made here and not by whoever sends the command.
 */
export function placeCopies (selected: Array<Placed<SourceMessage>>): CopiedMessage[] {
  const copies = new Map<string, { id: string, createdAt: number }>()
  return selected.map(({ messageId, parentMessageId, n, createdAt: original }, index) => {
    const parent = parentMessageId === null ? undefined : copies.get(parentMessageId)
    const createdAt = Math.max(original, parent ? parent.createdAt + 1 : original)
    const id = uuid()
    copies.set(messageId, { id, createdAt })
    return [index + 1, id, parent?.id ?? null, n, createdAt]
  })
}
