import type { Db } from '../db/connection.js'
import { messagesAfter, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'

/** What a conversation started with, in plain text; both are empty when there is no text in the message. */
export interface FirstExchange { question: string, answer: string }

/** Characters that are read of each message: enough to find a sentence behind code or a log, however long the rest is. */
export const EXCERPT = 16_384

/** Messages that are looked at; in longer conversations without a word of the user there is nothing to name. */
const REACH = 200

/** The text of a message, or else of its text parts; `think`, tool calls and images are not what it says. */
const text = `substr(coalesce(nullif(body ->> '$.text', ''), (
  SELECT group_concat(coalesce(value ->> '$.text.value', value ->> '$.text'), char(10)) FROM json_each(body, '$.content')
  WHERE value ->> '$.type' = 'text'), ''), 1, ${EXCERPT})`

/** The next `REACH` messages after `:n`; their keys only, so that no text is read in vain. */
const nearby = `pk IN (SELECT pk FROM messages WHERE pk ${messagesAfter(':pk', ':n')} ORDER BY pk LIMIT ${REACH})`

const statements = prepared(({ $client: sqlite }: Db) => ({
  question: sqlite.prepare<[{ pk: number, n: number }], { n: number, messageId: string, text: string }>(
    `SELECT ${numberOfMessage('pk')} AS n, message_id AS messageId, ${text} AS text FROM messages
     WHERE ${nearby} AND body ->> '$.isCreatedByUser' ORDER BY pk LIMIT 1`),
  answer: sqlite.prepare<[{ pk: number, n: number, messageId: string }], string>(
    `SELECT ${text} FROM messages
     WHERE ${nearby} AND parent_message_id = :messageId AND NOT body ->> '$.isCreatedByUser' ORDER BY pk LIMIT 1`).pluck()
}))

/** The first message of the user in the conversation at this key, and the first answer to it; null without the former. */
export function firstExchange (db: Db, conversationPk: number): FirstExchange | null {
  const question = statements(db).question.get({ pk: conversationPk, n: 0 })
  if (!question) return null
  const { n, messageId } = question
  return { question: question.text, answer: statements(db).answer.get({ pk: conversationPk, n, messageId }) ?? '' }
}
