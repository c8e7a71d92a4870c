import { messageKey, userOfKey } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { retryWhileChanged } from '../../writer/retry.js'
import { runSteps } from '../../writer/steps.js'
import { indexWords, SLICE_LENGTH } from './tokenizer.js'
import { facetToken, type FacetedBody, messageFacets } from './facets.js'
import { messageTexts } from './texts.js'

/*
 * The entries of the search index: one for each message at its packed key, and one for each title at message number 0.
 * The index is contentless, so removing an entry needs the words it was added with. Code that writes a title or a body
 * calls these functions in the same transaction, with the old and the new text.
 */

/** The message number of a conversation's title. */
export const TITLE_NUMBER = 0

interface EntryKey { pk: number, n: number }
interface Entry extends EntryKey { words: string }

/** Whether `search` has the entry although a rebuild may not have come to it. */
const isWritten = `EXISTS (SELECT 1 FROM search_changed WHERE pk = ${messageKey(':pk', ':n')} AND is_indexed = 1)`

// Raw SQL: FTS5 commands and packed keys.
const statements = prepared(({ $client: sqlite }: Db) => ({
  // A rebuild adds the entries after `indexed_to` from the stored rows, but not those that were written meanwhile.
  state: sqlite.prepare<[EntryKey], { isCovered: number, hasPrevious: number }>(
    `SELECT ${messageKey(':pk', ':n')} <= indexed_to OR ${isWritten} AS isCovered, previous_rules <> '' AS hasPrevious FROM search_progress`),
  isWritten: sqlite.prepare<[EntryKey], number>(`SELECT ${isWritten}`).pluck(),
  mark: sqlite.prepare<[EntryKey & { isIndexed: number }]>(
    `INSERT INTO search_changed (pk, is_indexed) VALUES (${messageKey(':pk', ':n')}, :isIndexed) ON CONFLICT (pk) DO UPDATE SET is_indexed = excluded.is_indexed`),
  // Not INSERT … SELECT: FTS5 flushes its pending entries before a statement that may insert several rows.
  add: sqlite.prepare<[Entry]>(`INSERT INTO search (rowid, words) VALUES (${messageKey(':pk', ':n')}, :words)`),
  remove: sqlite.prepare<[Entry]>(`INSERT INTO search (search, rowid, words) VALUES ('delete', ${messageKey(':pk', ':n')}, :words)`),
  flush: sqlite.prepare('INSERT INTO search (search) VALUES (\'flush\')'),
  body: sqlite.prepare<[{ pk: number, n: number }], string>(`SELECT body FROM messages WHERE pk = ${messageKey(':pk', ':n')}`).pluck()
}))

/** Returns the prefixed tokens of a title, as the index stores them. */
export function titleWords (userNo: number, title: string): string {
  return title === '' ? '' : runSteps(indexWords(userNo, [title], [facetToken('title')]))
}

/** Returns the prefixed tokens of a message, as the index stores them. */
export function messageWords (userNo: number, body: FacetedBody): string {
  return runSteps(wordsInSteps(userNo, body))
}

/** Returns the same as `messageWords`. Yields every few milliseconds. */
export function wordsInSteps (userNo: number, body: FacetedBody): Generator<void, string, void> {
  return indexWords(userNo, messageTexts(body), messageFacets(body).map(facetToken))
}

/**
 * Returns the prefixed tokens of the message as stored when this returns. Yields every few milliseconds. Returns an
 * empty text for a missing message.
 * @throws {DomainError} CONFLICT when the message changes again and again meanwhile.
 */
export function storedWords (db: Db, conversationPk: number, n: number): Generator<void, string, void> {
  const read = () => statements(db).body.get({ pk: conversationPk, n })
  return retryWhileChanged(function * () {
    const body = read()
    if (body === undefined) return ''
    const words = yield * wordsInSteps(userOfKey(conversationPk), JSON.parse(body))
    // A short text is tokenized without a yield, so it cannot have changed.
    return body.length <= SLICE_LENGTH || read() === body ? words : null
  })
}

/**
 * Adds the entry of message `n`, or of the title. It must not exist yet. An entry that a rebuild has not come to is left to it,
 * unless searches read the previous index, which does not have the entry.
 */
export function addEntry (db: Db, conversationPk: number, n: number, words: string) {
  if (words === '') return
  const { isCovered, hasPrevious } = stateOf(db, conversationPk, n)
  if (isCovered || hasPrevious) statements(db).add.run({ pk: conversationPk, n, words })
  if (hasPrevious) statements(db).mark.run({ pk: conversationPk, n, isIndexed: 1 })
}

/** Adds the entry of a stored row during a rebuild, unless it was written meanwhile. */
export function addStoredEntry (db: Db, conversationPk: number, n: number, words: string) {
  const key = { pk: conversationPk, n }
  if (words !== '' && statements(db).isWritten.get(key) === 0) statements(db).add.run({ ...key, words })
}

/** Removes an entry. `words` must be the words it was added with. */
export function removeEntry (db: Db, conversationPk: number, n: number, words: string) {
  if (words === '') return
  const { isCovered, hasPrevious } = stateOf(db, conversationPk, n)
  if (isCovered) statements(db).remove.run({ pk: conversationPk, n, words })
  if (hasPrevious) statements(db).mark.run({ pk: conversationPk, n, isIndexed: 0 })
}

/** Replaces an entry, unless the words are the same. */
export function replaceEntry (db: Db, conversationPk: number, n: number, before: string, after: string) {
  if (before === after) return
  removeEntry(db, conversationPk, n, before)
  addEntry(db, conversationPk, n, after)
}

/** Flushes pending entries now instead of at the commit, so that each step of a bulk command takes its part of the time. */
export function flushEntries (db: Db) {
  statements(db).flush.run()
}

/** Indexes the title of a new conversation. */
export function indexTitle (db: Db, conversationPk: number, title: string) {
  addEntry(db, conversationPk, TITLE_NUMBER, titleWords(userOfKey(conversationPk), title))
}

/** Updates the entry of a title that changed. */
export function reindexTitle (db: Db, conversationPk: number, before: string, after: string) {
  const userNo = userOfKey(conversationPk)
  replaceEntry(db, conversationPk, TITLE_NUMBER, titleWords(userNo, before), titleWords(userNo, after))
}

/** Whether `search` covers an entry, and whether searches read the previous index too. */
function stateOf (db: Db, conversationPk: number, n: number) {
  const { isCovered = 0, hasPrevious = 0 } = statements(db).state.get({ pk: conversationPk, n }) ?? {}
  return { isCovered: isCovered === 1, hasPrevious: hasPrevious === 1 }
}
