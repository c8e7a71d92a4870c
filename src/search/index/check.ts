import { conversationOfMessage, messageKey, numberOfMessage, userOfKey } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { messageWords, TITLE, titleWords } from './entries.js'

interface Place { pk: number, n: number }

const queries = {
  refresh: 'SELECT 1 FROM search WHERE search MATCH \'a\' LIMIT 1',
  integrity: 'PRAGMA integrity_check(search)',
  indexed: `SELECT ${conversationOfMessage('doc')} AS pk, ${numberOfMessage('doc')} AS n, "offset" AS position, term FROM search_terms`,
  titles: `SELECT pk, title FROM conversations WHERE ${messageKey('pk', `${TITLE}`)} <= (SELECT indexed_to FROM search_progress)`,
  messages: `SELECT ${conversationOfMessage('pk')} AS pk, ${numberOfMessage('pk')} AS n, body FROM messages
    WHERE pk <= (SELECT indexed_to FROM search_progress)`
}

/**
 * What is wrong with the search index, in words; nothing if it is sound and has exactly the words of every title and
 * message that is stored, also of those that wait to be published or swept. Reads everything, so it takes long.
 */
export function searchFaults (db: Db): string[] {
  // One transaction, so that all of it is of one moment; and a query first, because only that has FTS5 look again at
  // a structure which another connection has merged since.
  return db.$client.transaction(() => {
    db.$client.prepare(queries.refresh).get()
    const structure = db.$client.prepare<[], string>(queries.integrity).pluck().all().filter((line) => line !== 'ok')
    return [...structure, ...differences(indexedSums(db), storedSums(db))]
  })()
}

/** Of each conversation, a number that stands for its words and their places, in whatever order they are added. */
type Sums = Map<number, number>

function indexedSums ({ $client: sqlite }: Db): Sums {
  const sums: Sums = new Map()
  const rows = sqlite.prepare<[], Place & { position: number, term: string }>(queries.indexed)
  for (const row of rows.iterate()) add(sums, row, row.position, row.term)
  return sums
}

function storedSums ({ $client: sqlite }: Db): Sums {
  const sums: Sums = new Map()
  for (const { pk, title } of sqlite.prepare<[], { pk: number, title: string }>(queries.titles).iterate()) {
    addAll(sums, { pk, n: TITLE }, titleWords(userOfKey(pk), title))
  }
  for (const { body, ...place } of sqlite.prepare<[], Place & { body: string }>(queries.messages).iterate()) {
    addAll(sums, place, messageWords(userOfKey(place.pk), JSON.parse(body)))
  }
  return sums
}

function differences (indexed: Sums, stored: Sums): string[] {
  const keys = new Set([...indexed.keys(), ...stored.keys()])
  return [...keys].filter((pk) => indexed.get(pk) !== stored.get(pk))
    .map((pk) => `The search index and conversation ${pk} do not agree`)
}

function addAll (sums: Sums, place: Place, words: string) {
  if (words === '') return
  for (const [position, term] of words.split(' ').entries()) add(sums, place, position, term)
}

/** With 32 bits more it is still a safe integer, so no sum loses bits. */
const SUM_MODULUS = 2 ** 52

function add (sums: Sums, { pk, n }: Place, position: number, term: string) {
  sums.set(pk, ((sums.get(pk) ?? 0) + hash(`${n} ${position} ${term}`)) % SUM_MODULUS)
}

/** FNV-1a, 32 bits. */
function hash (text: string) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}
