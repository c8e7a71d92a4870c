import { decodeCursor, encodeCursor, listFingerprint } from '../../paging/cursor.js'
import { livePartitions } from '../../conversations/partitions.js'
import { conversationKeys, conversationOfMessage, MESSAGE_BITS, messageKey, numberOfMessage, userOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { inSnapshot } from '../../db/snapshot.js'
import { DomainError } from '../../errors.js'
import { type Enough, isCommon, wordsBeginning } from './postings.js'
import { readSearch, type Search, type Term } from './query.js'

/** Which messages to look for, and which page of them. */
export interface MessageQuery {
  search: string
  /** 1 to 100. */
  pageSize: number
  cursor?: string
}

/** A message that was found. */
export interface FoundMessage { conversationPk: number, n: number, createdAt: number }

/** A page of messages, newest first, and the terms they were found by. */
export interface MessagePage { found: FoundMessage[], terms: Term[], nextCursor: string | null }

/**
 * With how many matches the newest are soon met by walking through all messages: words, or phrases and beginnings in the
 * newest conversations. To ask for a beginning means to ask for each of its words, so it must be met sooner.
 */
const COMMON = { ofAll: 3000, recentPhrases: 8, recentBeginnings: 300 }

/** Of how many matches, when all are known, the newest are met sooner by walking than by looking up the time of each. */
const MANY = 4000

/** Messages that are walked through before that hope is given up. */
const WALKED = 7000

/** Numbers of messages in one block, and blocks of one conversation: 45 bits of its key and 8 of these fit a number. */
const BLOCK = 1024
const BLOCKS = 2 ** MESSAGE_BITS / BLOCK

/** Conversations in one block, whose keys follow one another. */
const NEIGHBOURS = 32

/** A range of messages that is asked about at once. */
interface Block { key: number, firstPk: number, first: number, lastPk: number, last: number }

interface Place { userNo: number, first: number, last: number, partitions: string, after: number, pk: number, n: number }

const found = `${conversationOfMessage('m.pk')} AS conversationPk, ${numberOfMessage('m.pk')} AS n, m.created_at AS createdAt`
const isAfter = `m.created_at <= :after AND (m.created_at < :after OR m.pk < ${messageKey(':pk', ':n')})`

/** The queries by name, for the test of their plans. */
export const messageQueries = {
  among: `SELECT ${found} FROM json_each(:places) p CROSS JOIN messages m INDEXED BY messages_created ON m.pk = ${messageKey(':first', '0')} + p.value
    WHERE ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`,
  walked: `SELECT ${found} FROM messages m INDEXED BY messages_time
    WHERE ${userOfMessage('m.pk')} = :userNo AND ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`,
  // FTS5 ignores a bound of a rowid range that is a REAL and reads the whole list of a word; `messageKey` is an integer.
  near: `SELECT ${messageKey(`${conversationOfMessage('rowid')} - :firstPk`, numberOfMessage('rowid'))} FROM search
    WHERE search MATCH :match AND rowid BETWEEN ${messageKey(':firstPk', ':first')} AND ${messageKey(':lastPk', ':last')}`
}

const statements = prepared(({ $client: sqlite }: Db) => ({
  among: sqlite.prepare<[Place & { places: string }], FoundMessage>(messageQueries.among),
  walked: sqlite.prepare<[Place], FoundMessage>(messageQueries.walked),
  seen: sqlite.prepare<[{ pk: number, partitions: string }], 1>(
    'SELECT 1 FROM conversations WHERE pk = :pk AND partition_no IN (SELECT value FROM json_each(:partitions))').pluck(),
  near: sqlite.prepare<[Block & { match: string }], number>(messageQueries.near).pluck()
}))

/**
 * The messages of a user that a search finds, newest first: each has every required term and no excluded one.
 * A blank search, or one that only excludes, finds none.
 * @throws {DomainError} INVALID_CURSOR; INVALID, see `readSearch`.
 */
export function searchMessages (db: Db, userNo: number, { search: text, pageSize, cursor }: MessageQuery): MessagePage {
  const fingerprint = listFingerprint('messages', userNo, text.trim())
  const after = cursor === undefined ? newest : decodePlace(cursor, fingerprint)
  const search = readSearch(text, userNo)
  if (!search || search.required.length === 0) return { found: [], terms: [], nextCursor: null }

  const [first, last] = conversationKeys(userNo)
  const found = inSnapshot(db, () => {
    const partitions = JSON.stringify(livePartitions(db, userNo))
    return findSome(db, search, { userNo, first, last, partitions, ...after }, pageSize + 1)
  })
  const end = found.length > pageSize ? found[pageSize - 1] : undefined
  return { found: found.slice(0, pageSize), terms: search.required, nextCursor: end ? encodePlace(fingerprint, end) : null }
}

function findSome (db: Db, { required, excluded }: Search, place: Place, limit: number): FoundMessage[] {
  const terms = [...required, ...excluded]
  const asked = new Map(terms.map((term) => [term, askable(db, term)]))
  const match = matchOf(required, excluded, (term) => asked.get(term) ?? term.match)
  const isWalked = terms.every((term) => asked.get(term)) && isCommon(db, place.userNo, match, enoughOf(terms))
  const page = isWalked ? walk(db, asking(db, match, hasBeginning(terms) ? neighbours : numbers), place, limit) : null
  return page ?? findAmongAll(db, matchOf(required, excluded, (term) => term.match), place, limit, isWalked)
}

/** Asks for all matches at once, and then which of them are the newest; a walk that gave up once is not tried again. */
function findAmongAll (db: Db, match: string, place: Place, limit: number, hasWalked: boolean): FoundMessage[] {
  const all = wholeUser(place)
  const places = statements(db).near.all({ match, ...all })
  const page = hasWalked || places.length < MANY ? null : walk(db, isAmong(all, places), place, limit)
  return page ?? firstSeen(db, statements(db).among.iterate({ ...place, places: JSON.stringify(places) }), place, limit)
}

/** What to ask a message for, a beginning taken apart into its words; null where that would take too long. */
function askable (db: Db, { match, isPrefix, beginning }: Term): string | null {
  if (!isPrefix) return match
  const words = beginning === null ? null : wordsBeginning(db, beginning)
  return words?.length ? `(${words.join(' OR ')})` : null
}

function enoughOf (terms: Term[]): Enough {
  const { ofAll, recentPhrases, recentBeginnings } = COMMON
  if (hasBeginning(terms)) return { ofAll, ofRecent: recentBeginnings }
  return terms.some(({ words }) => words.length > 1) ? { ofAll, ofRecent: recentPhrases } : { ofAll }
}

function hasBeginning (terms: Term[]) {
  return terms.some(({ isPrefix }) => isPrefix)
}

/** Goes through the messages from the newest; null if `WALKED` messages do not fill the page. */
function walk (db: Db, isMatch: (message: FoundMessage) => boolean, place: Place, limit: number): FoundMessage[] | null {
  let left = WALKED
  function * matches () {
    for (const message of statements(db).walked.iterate(place)) {
      if (isMatch(message)) yield message
      if (--left === 0) return
    }
  }
  const page = firstSeen(db, matches(), place, limit)
  return page.length < limit && left === 0 ? null : page
}

/** The first of these messages whose conversations are there for their user. */
function firstSeen (db: Db, messages: Iterable<FoundMessage>, { partitions }: Place, limit: number): FoundMessage[] {
  const { seen } = statements(db)
  const page: FoundMessage[] = []
  for (const message of messages) {
    if (seen.get({ pk: message.conversationPk, partitions }) === 1) page.push(message)
    if (page.length === limit) break
  }
  return page
}

/**
 * Asks whether a message matches. Finding the place in the index is what takes time, and messages that are close in time
 * are mostly close in the index, too: each question is for a block of them.
 */
function asking (db: Db, match: string, blockOf: (message: FoundMessage) => Block) {
  const blocks = new Map<number, (message: FoundMessage) => boolean>()
  return (message: FoundMessage): boolean => {
    const block = blockOf(message)
    const isMatch = blocks.get(block.key) ?? isAmong(block, statements(db).near.all({ match, ...block }))
    blocks.set(block.key, isMatch)
    return isMatch(message)
  }
}

/** Whether a message of a block is at one of these places in it, which are in order, as FTS5 finds them. */
function isAmong ({ firstPk }: Block, places: number[]) {
  return ({ conversationPk, n }: FoundMessage): boolean => {
    const place = (conversationPk - firstPk) * 2 ** MESSAGE_BITS + n
    let [low, high] = [0, places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Number(places[middle]) < place) low = middle + 1
      else high = middle
    }
    return places[low] === place
  }
}

/** The block of numbers of one conversation. */
function numbers ({ conversationPk: pk, n }: FoundMessage): Block {
  const block = Math.floor(n / BLOCK)
  return { key: pk * BLOCKS + block, firstPk: pk, first: block * BLOCK, lastPk: pk, last: block * BLOCK + BLOCK - 1 }
}

/** The block of neighbours, for what is many words, as the place of each has to be found. */
function neighbours ({ conversationPk: pk }: FoundMessage): Block {
  const firstPk = pk - pk % NEIGHBOURS
  return { key: firstPk, firstPk, first: 0, lastPk: firstPk + NEIGHBOURS - 1, last: 2 ** MESSAGE_BITS - 1 }
}

/** All that a user has as one block. */
function wholeUser ({ first, last }: Place): Block {
  return { key: first, firstPk: first, first: 0, lastPk: last, last: 2 ** MESSAGE_BITS - 1 }
}

/** What one message has to match. */
function matchOf (required: Term[], excluded: Term[], matchOne: (term: Term) => string): string {
  const all = required.map(matchOne).join(' AND ')
  return excluded.length === 0 ? all : `(${all}) NOT (${excluded.map(matchOne).join(' OR ')})`
}

type After = Pick<Place, 'after' | 'pk' | 'n'>

const newest: After = { after: Number.MAX_SAFE_INTEGER, pk: 0, n: 0 }

function encodePlace (fingerprint: number, { createdAt, conversationPk, n }: FoundMessage) {
  return encodeCursor(fingerprint, { key: `${createdAt} ${n}`, pk: conversationPk })
}

function decodePlace (cursor: string, fingerprint: number): After {
  const { key, pk } = decodeCursor(cursor, fingerprint, 'string')
  const [, after, n] = /^(-?\d{1,16}) (\d{1,6})$/.exec(String(key)) ?? []
  if (after === undefined) throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
  return { after: Number(after), pk, n: Number(n) }
}
