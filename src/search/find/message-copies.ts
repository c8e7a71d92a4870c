import { copyFamilies } from '../../conversations/copy-families.js'
import type { Db } from '../../db/connection.js'
import { conversationOfMessage, messageKey, messagesOf, numberOfMessage, userOfMessage } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import type { FoundMessage } from './newest-messages.js'

/** The query by name, for the test of its query plan. A rating does not make a copy another message. */
export const messageCopiesQuery = `SELECT ${conversationOfMessage('m.pk')} AS conversationPk, ${numberOfMessage('m.pk')} AS n, m.created_at AS createdAt
  FROM json_each(:conversations) conversation CROSS JOIN messages m INDEXED BY messages_time
    ON ${userOfMessage('m.pk')} = :userNo AND m.created_at = :createdAt AND m.pk ${messagesOf('conversation.value')}
  WHERE json_remove(m.body, '$.feedback') =
    (SELECT json_remove(body, '$.feedback') FROM messages WHERE pk = ${messageKey(':conversationPk', ':n')})`

// Raw SQL: ranges of packed keys, and the choice of index.
const copies = prepared(({ $client: sqlite }: Db) =>
  sqlite.prepare<[FoundMessage & { userNo: number, conversations: string }], FoundMessage>(messageCopiesQuery))

/**
 * Returns a function that finds the copies of a user's message: those with the same content and creation time, in visible
 * conversations that are copies of its conversation.
 */
export function messageCopies (db: Db, userNo: number): (message: FoundMessage) => FoundMessage[] {
  const familyOf = copyFamilies(db, userNo)
  return (message) => {
    const others = familyOf(message.conversationPk).filter((pk) => pk !== message.conversationPk)
    return others.length === 0 ? [] : copies(db).all({ ...message, userNo, conversations: JSON.stringify(others) })
  }
}
