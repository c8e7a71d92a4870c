import { conversationOfMessage, messageKey, numberOfMessage, userOfKey } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { messageWords, TITLE_NUMBER, titleWords } from './entries.js'

interface EntryKey { pk: number, n: number }

/** SQL that tells whether the index should have the entry with a key. */
function isIndexed (key: string) {
  return `(${key} <= (SELECT indexed_to FROM search_progress) OR ${key} IN (SELECT pk FROM search_changed WHERE is_indexed = 1))`
}

// Raw SQL: the virtual tables of FTS5, and packed keys.
const queries = {
  refresh: 'SELECT 1 FROM search WHERE search MATCH \'a\' LIMIT 1',
  integrity: 'PRAGMA integrity_check(search)',
  indexed: `SELECT ${conversationOfMessage('doc')} AS pk, ${numberOfMessage('doc')} AS n, "offset" AS position, term FROM search_terms`,
  titles: `SELECT pk, title FROM conversations WHERE ${isIndexed(messageKey('pk', `${TITLE_NUMBER}`))}`,
  messages: `SELECT ${conversationOfMessage('pk')} AS pk, ${numberOfMessage('pk')} AS n, body FROM messages WHERE ${isIndexed('pk')}`
}

/**
 * Returns the faults of the search index, one text for each. Compares the index with every stored title and message.
 * Staged rows and rows that wait for the sweep are included. Reads the whole file, so it takes long.
 */
export function searchFaults (db: Db): string[] {
  // One transaction, so that all reads see the same snapshot. The query comes first, because FTS5 reloads a structure
  // that another connection merged only for a query.
  return db.$client.transaction(() => {
    db.$client.prepare(queries.refresh).get()
    const structure = db.$client.prepare<[], string>(queries.integrity).pluck().all().filter((line) => line !== 'ok')
    return [...structure, ...differences(indexedSums(db), storedSums(db))]
  })()
}

/** A checksum of the tokens and positions of each conversation. The order of adding does not matter. */
type Sums = Map<number, number>

function indexedSums ({ $client: sqlite }: Db): Sums {
  const sums: Sums = new Map()
  const rows = sqlite.prepare<[], EntryKey & { position: number, term: string }>(queries.indexed)
  for (const row of rows.iterate()) add(sums, row, row.position, row.term)
  return sums
}

function storedSums ({ $client: sqlite }: Db): Sums {
  const sums: Sums = new Map()
  for (const { pk, title } of sqlite.prepare<[], { pk: number, title: string }>(queries.titles).iterate()) {
    addAll(sums, { pk, n: TITLE_NUMBER }, titleWords(userOfKey(pk), title))
  }
  for (const { body, ...key } of sqlite.prepare<[], EntryKey & { body: string }>(queries.messages).iterate()) {
    addAll(sums, key, messageWords(userOfKey(key.pk), JSON.parse(body)))
  }
  return sums
}

function differences (indexed: Sums, stored: Sums): string[] {
  const keys = new Set([...indexed.keys(), ...stored.keys()])
  return [...keys].filter((pk) => indexed.get(pk) !== stored.get(pk))
    .map((pk) => `The search index and conversation ${pk} do not agree`)
}

function addAll (sums: Sums, key: EntryKey, words: string) {
  if (words === '') return
  for (const [position, term] of words.split(' ').entries()) add(sums, key, position, term)
}

/** A sum below this plus a 32-bit hash is a safe integer, so it is exact. */
const SUM_MODULUS = 2 ** 52

function add (sums: Sums, { pk, n }: EntryKey, position: number, term: string) {
  sums.set(pk, ((sums.get(pk) ?? 0) + hash(`${n} ${position} ${term}`)) % SUM_MODULUS)
}

/** FNV-1a, 32 bits. */
function hash (text: string) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}
