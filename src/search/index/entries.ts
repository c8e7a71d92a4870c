import { messageKey, numberOfMessage, userOfKey } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { indexWords } from './tokenizer.js'
import { messageTexts, type SearchableBody } from './texts.js'

/*
 * The entries of the search index: one for each title and each message, at the row number of the message, or number 0
 * for the title. The index keeps no text, so an entry is taken out with the words it was put in with. Whoever writes
 * a title or a body calls these functions in the same transaction, with the old text before and the new one after.
 */

/** The number a conversation's title has among its messages. */
export const TITLE = 0

interface Entry { pk: number, n: number, words: string }

const statements = prepared(({ $client: sqlite }: Db) => ({
  // While the index is rebuilt it has no entries past `indexed_to` yet; those come from the stored rows in their turn.
  isCovered: sqlite.prepare<[Omit<Entry, 'words'>], number>(`SELECT ${messageKey(':pk', ':n')} <= indexed_to FROM search_progress`).pluck(),
  // Not INSERT … SELECT: before a statement that may insert several rows, FTS5 writes out all it has collected.
  add: sqlite.prepare<[Entry]>(`INSERT INTO search (rowid, words) VALUES (${messageKey(':pk', ':n')}, :words)`),
  remove: sqlite.prepare<[Entry]>(`INSERT INTO search (search, rowid, words) VALUES ('delete', ${messageKey(':pk', ':n')}, :words)`),
  flush: sqlite.prepare('INSERT INTO search (search) VALUES (\'flush\')'),
  bodies: sqlite.prepare<[{ pk: number, first: number, last: number }], { n: number, body: string }>(
    `SELECT ${numberOfMessage('pk')} AS n, body FROM messages
     WHERE pk BETWEEN ${messageKey(':pk', ':first')} AND ${messageKey(':pk', ':last')}`)
}))

/** A title as the index takes it. */
export function titleWords (userNo: number, title: string): string {
  return indexWords(userNo, [title])
}

/** A message as the index takes it. */
export function messageWords (userNo: number, body: SearchableBody): string {
  return indexWords(userNo, messageTexts(body))
}

/** Puts in the entry of message `n`, or of the title, which has none yet. */
export function addEntry (db: Db, conversationPk: number, n: number, words: string) {
  if (words !== '' && isCovered(db, conversationPk, n)) statements(db).add.run({ pk: conversationPk, n, words })
}

/** Takes out an entry; `words` are those it was put in with. */
export function removeEntry (db: Db, conversationPk: number, n: number, words: string) {
  if (words !== '' && isCovered(db, conversationPk, n)) statements(db).remove.run({ pk: conversationPk, n, words })
}

/** Changes an entry, if its words change at all. */
export function replaceEntry (db: Db, conversationPk: number, n: number, before: string, after: string) {
  if (before === after) return
  removeEntry(db, conversationPk, n, before)
  addEntry(db, conversationPk, n, after)
}

/** Writes what is collected in memory, which the next commit would do, so that a step of a long command takes its own time. */
export function flushEntries (db: Db) {
  statements(db).flush.run()
}

/** Indexes the title of a new conversation. */
export function indexTitle (db: Db, conversationPk: number, title: string) {
  addEntry(db, conversationPk, TITLE, titleWords(userOfKey(conversationPk), title))
}

/** Follows a title from what it was to what it is. */
export function reindexTitle (db: Db, conversationPk: number, before: string, after: string) {
  const userNo = userOfKey(conversationPk)
  replaceEntry(db, conversationPk, TITLE, titleWords(userNo, before), titleWords(userNo, after))
}

/** Indexes a new message. */
export function indexMessage (db: Db, conversationPk: number, n: number, body: SearchableBody) {
  addEntry(db, conversationPk, n, messageWords(userOfKey(conversationPk), body))
}

/** Follows a message from what it said to what it says. */
export function reindexMessage (db: Db, conversationPk: number, n: number, before: SearchableBody, after: SearchableBody) {
  const userNo = userOfKey(conversationPk)
  replaceEntry(db, conversationPk, n, messageWords(userNo, before), messageWords(userNo, after))
}

/** Takes a message out that is about to be removed. */
export function unindexMessage (db: Db, conversationPk: number, n: number, body: SearchableBody) {
  removeEntry(db, conversationPk, n, messageWords(userOfKey(conversationPk), body))
}

/** Indexes the stored messages from number `first` to `last` of a conversation, which have no entries yet. */
export function indexStoredMessages (db: Db, conversationPk: number, first: number, last: number) {
  for (const { n, body } of statements(db).bodies.all({ pk: conversationPk, first, last })) {
    indexMessage(db, conversationPk, n, JSON.parse(body))
  }
}

function isCovered (db: Db, conversationPk: number, n: number) {
  return statements(db).isCovered.get({ pk: conversationPk, n }) === 1
}
