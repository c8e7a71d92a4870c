import type { Db } from '../db/connection.js'
import { messagesOf } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { touchConversation } from '../conversations/touch.js'
import { insertMessage } from '../messages/insert.js'
import { nextMessageNumber } from '../messages/order.js'
import { addEntry } from '../search/index/entries.js'
import type { StagedConversation, StagedMessage } from './rows.js'

/** What a newer export adds to a conversation that is here already. */
export interface Growth { fingerprint: string, updatedAt: number, messages: StagedMessage[] }

const statements = prepared(({ $client: sqlite }: Db) => ({
  known: sqlite.prepare<[{ pk: number }], { sourceId: string, messageId: string }>(
    `SELECT source_id AS sourceId, message_id AS messageId FROM messages
     WHERE pk ${messagesOf(':pk')} AND source_id IS NOT NULL`)
}))

/** The messages of a draft that the conversation at this key does not have yet. */
export function grownMessages (db: Db, pk: number, { messages, fingerprint, updatedAt }: StagedConversation): Growth {
  const known = knownMessages(db, pk)
  return { fingerprint, updatedAt, messages: messages.filter(({ sourceId }) => !known.has(sourceId)) }
}

/**
 * Adds messages below those that are here, keeping the ids of both; answers how many were new.
 * Title, tags and flags stay as their owner has them.
 */
export function growConversation (db: Db, pk: number, { messages, updatedAt }: Growth): number {
  const known = knownMessages(db, pk)
  let count = 0
  for (const message of messages) {
    if (known.has(message.sourceId)) continue
    const parentMessageId = known.get(message.parentSourceId ?? '') ?? null
    const n = nextMessageNumber(db, pk)
    insertMessage(db, pk, n, { ...message, parentMessageId })
    addEntry(db, pk, n, message.words)
    known.set(message.sourceId, message.messageId)
    count++
  }
  if (count > 0) touchConversation(db, pk, { now: updatedAt, minStepMs: 0, added: count })
  return count
}

function knownMessages (db: Db, pk: number) {
  return new Map(statements(db).known.all({ pk }).map(({ sourceId, messageId }) => [sourceId, messageId]))
}
