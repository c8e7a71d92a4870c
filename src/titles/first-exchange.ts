import type { Db } from '../db/connection.js'
import { messagesAfter, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'

/** The first question and its answer, as plain text. Empty for a message without text. */
export interface FirstExchange { question: string, answer: string }

/** Code points read of each message. They are enough to find a sentence after some code or a log. */
export const MAX_EXCERPT_LENGTH = 16_384

/** Messages scanned for the question, and after it for the answer. */
const MAX_MESSAGES_SEARCHED = 200

/** The text of a message, or of its text parts. Thoughts and tool calls are left out. */
const text = `substr(coalesce(nullif(body ->> '$.text', ''), (
  SELECT group_concat(coalesce(value ->> '$.text.value', value ->> '$.text'), char(10)) FROM json_each(body, '$.content')
  WHERE value ->> '$.type' = 'text'), ''), 1, ${MAX_EXCERPT_LENGTH})`

/** The messages after `:n`, selected by key, so that only matching messages have their text read. */
const nearby = `pk IN (SELECT pk FROM messages WHERE pk ${messagesAfter(':pk', ':n')} ORDER BY pk LIMIT ${MAX_MESSAGES_SEARCHED})`

// Raw SQL: SQLite reads the JSON, so that a long message is not loaded for its beginning.
const statements = prepared(({ $client: sqlite }: Db) => ({
  question: sqlite.prepare<[{ pk: number, n: number }], { n: number, messageId: string, text: string }>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, ${text} AS text FROM messages
     WHERE ${nearby} AND body ->> '$.isCreatedByUser' ORDER BY pk LIMIT 1`),
  answer: sqlite.prepare<[{ pk: number, n: number, messageId: string }], string>(
    `SELECT ${text} FROM messages
     WHERE ${nearby} AND parent_message_id = :messageId AND NOT body ->> '$.isCreatedByUser' ORDER BY pk LIMIT 1`).pluck()
}))

/** Returns the user's first message of a conversation and the first answer to it. Null without a message of the user. */
export function firstExchange (db: Db, conversationPk: number): FirstExchange | null {
  const question = statements(db).question.get({ pk: conversationPk, n: 0 })
  if (!question) return null
  const { n, messageId } = question
  return { question: question.text, answer: statements(db).answer.get({ pk: conversationPk, n, messageId }) ?? '' }
}
