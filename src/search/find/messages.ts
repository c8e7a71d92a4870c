import { decodeCursor, encodeCursor, listFingerprint } from '../../paging/cursor.js'
import { findConversation } from '../../conversations/find.js'
import { livePartitions } from '../../conversations/partitions.js'
import { conversationKeys, conversationOfMessage, messageKey, numberOfMessage, userOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { inSnapshot } from '../../db/snapshot.js'
import { DomainError } from '../../errors.js'
import { blockInConversation, blockOfConversations, isAmong, probe, readMatches, wholeBlock } from './blocks.js'
import { type CommonAbove, isCommon, wordsWithPrefix } from './postings.js'
import { readSearch, type Search, type Term } from './query.js'

/** Which messages to look for, and which page of them. */
export interface MessageQuery {
  search: string
  /** 1 to 100. */
  pageSize: number
  /** Only messages of this conversation. */
  conversationId?: string
  cursor?: string
}

/** A message that was found. */
export interface FoundMessage { conversationPk: number, n: number, createdAt: number }

/** A page of messages, newest first, and the terms they were found by. */
export interface MessagePage { found: FoundMessage[], terms: Term[], nextCursor: string | null }

/**
 * From this many matches on, scanning newest first is faster than reading all matches. A prefix costs one probe for each of
 * its words, so it needs more matches among the newest conversations than a phrase.
 */
const SCAN_FROM_MATCHES = { inAll: 3000, recentPhrases: 8, recentPrefixes: 300 }

/** When all matches are read and there are this many, scanning newest first is faster than looking up the time of each. */
const SCAN_FROM_READ_MATCHES = 4000

/** A scan that has not filled the page after this many messages is given up. */
const MAX_SCANNED_MESSAGES = 7000

/** The position after which a page begins: a creation time, and the packed key that breaks ties. */
type After = Pick<MessageRange, 'after' | 'pk' | 'n'>

/** The messages of a user from a position on. `partitions` is a JSON array of the user's live partitions. */
interface MessageRange { userNo: number, firstPk: number, lastPk: number, partitions: string, after: number, pk: number, n: number }

const columns = `${conversationOfMessage('m.pk')} AS conversationPk, ${numberOfMessage('m.pk')} AS n, m.created_at AS createdAt`
const isAfter = `m.created_at <= :after AND (m.created_at < :after OR m.pk < ${messageKey(':pk', ':n')})`

/** The queries by name, for the test of their plans. */
export const messageQueries = {
  sortMatches: `SELECT ${columns} FROM json_each(:matches) match CROSS JOIN messages m INDEXED BY messages_created
    ON m.pk = ${messageKey(':firstPk', '0')} + match.value
    WHERE ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`,
  newestFirst: `SELECT ${columns} FROM messages m INDEXED BY messages_time
    WHERE ${userOfMessage('m.pk')} = :userNo AND ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`
}

// Raw SQL for ranges of packed keys and the index each query is to use.
const statements = prepared(({ $client: sqlite }: Db) => ({
  sortMatches: sqlite.prepare<[MessageRange & { matches: string }], FoundMessage>(messageQueries.sortMatches),
  newestFirst: sqlite.prepare<[MessageRange], FoundMessage>(messageQueries.newestFirst),
  isLive: sqlite.prepare<[{ pk: number, partitions: string }], 1>(
    'SELECT 1 FROM conversations WHERE pk = :pk AND partition_no IN (SELECT value FROM json_each(:partitions))').pluck()
}))

/**
 * Returns a user's messages that match a search, newest first. Each has every required term and no excluded one. A blank
 * search finds none, and neither does one that only excludes.
 * @throws {DomainError} INVALID_CURSOR; INVALID, see `readSearch`.
 */
export function searchMessages (db: Db, userNo: number, { search: text, pageSize, conversationId, cursor }: MessageQuery): MessagePage {
  const fingerprint = listFingerprint('messages', userNo, text.trim(), conversationId)
  const after = cursor === undefined ? newest : decodePosition(cursor, fingerprint)
  const search = readSearch(text, userNo)
  if (!search || search.required.length === 0) return { found: [], terms: [], nextCursor: null }

  const [firstPk, lastPk] = conversationKeys(userNo)
  const found = inSnapshot(db, () => {
    const partitions = JSON.stringify(livePartitions(db, userNo))
    const range = { userNo, firstPk, lastPk, partitions, ...after }
    return conversationId === undefined
      ? findPage(db, search, range, pageSize + 1)
      : findInConversation(db, search, range, conversationId, pageSize + 1)
  })
  const end = found.length > pageSize ? found[pageSize - 1] : undefined
  return { found: found.slice(0, pageSize), terms: search.required, nextCursor: end ? encodePosition(fingerprint, end) : null }
}

function findPage (db: Db, { required, excluded }: Search, range: MessageRange, limit: number): FoundMessage[] {
  const terms = [...required, ...excluded]
  const expressions = new Map(terms.map((term) => [term, probeExpression(db, term)]))
  const match = matchOf(required, excluded, (term) => expressions.get(term) ?? term.match)
  const isScanned = terms.every((term) => expressions.get(term)) && isCommon(db, range.userNo, match, commonAbove(terms))
  const blockOf = hasPrefix(terms) ? blockOfConversations : blockInConversation
  const page = isScanned ? scanNewestFirst(db, probe(db, match, blockOf), range, limit) : null
  return page ?? findAmongAll(db, matchOf(required, excluded, (term) => term.match), range, limit, isScanned)
}

/** The matches of one conversation are few enough to read all of them. An unknown conversation has none. */
function findInConversation (db: Db, { required, excluded }: Search, range: MessageRange, conversationId: string, limit: number): FoundMessage[] {
  const pk = findConversation(db, range.userNo, conversationId)?.pk
  if (pk === undefined) return []
  const match = matchOf(required, excluded, (term) => term.match)
  return findAmongAll(db, match, { ...range, firstPk: pk, lastPk: pk }, limit, true)
}

/** Reads all matches and returns the newest. A scan that was given up is not tried again. */
function findAmongAll (db: Db, match: string, range: MessageRange, limit: number, wasScanned: boolean): FoundMessage[] {
  const all = wholeBlock(range.firstPk, range.lastPk)
  const matches = readMatches(db, match, all)
  const isScanned = !wasScanned && matches.length >= SCAN_FROM_READ_MATCHES
  const page = isScanned ? scanNewestFirst(db, isAmong(all, matches), range, limit) : null
  return page ?? firstLive(db, statements(db).sortMatches.iterate({ ...range, matches: JSON.stringify(matches) }), range, limit)
}

/** Returns the `MATCH` expression that probes one message for a term. Null for a prefix that cannot be expanded. */
function probeExpression (db: Db, { match, isPrefix, prefix }: Term): string | null {
  if (!isPrefix) return match
  const words = prefix === null ? null : wordsWithPrefix(db, prefix)
  return words?.length ? `(${words.join(' OR ')})` : null
}

function commonAbove (terms: Term[]): CommonAbove {
  const { inAll, recentPhrases, recentPrefixes } = SCAN_FROM_MATCHES
  if (hasPrefix(terms)) return { inAll, inRecent: recentPrefixes }
  return terms.some(({ words }) => words.length > 1) ? { inAll, inRecent: recentPhrases } : { inAll }
}

function hasPrefix (terms: Term[]) {
  return terms.some(({ isPrefix }) => isPrefix)
}

/** Scans messages from the newest. Returns null if `MAX_SCANNED_MESSAGES` of them do not fill the page. */
function scanNewestFirst (db: Db, isMatch: (message: FoundMessage) => boolean, range: MessageRange, limit: number): FoundMessage[] | null {
  let left = MAX_SCANNED_MESSAGES
  function * matches () {
    for (const message of statements(db).newestFirst.iterate(range)) {
      if (isMatch(message)) yield message
      if (--left === 0) return
    }
  }
  const page = firstLive(db, matches(), range, limit)
  return page.length < limit && left === 0 ? null : page
}

/** Returns the first `limit` messages whose conversations are in a live partition. */
function firstLive (db: Db, messages: Iterable<FoundMessage>, { partitions }: MessageRange, limit: number): FoundMessage[] {
  const { isLive } = statements(db)
  const page: FoundMessage[] = []
  for (const message of messages) {
    if (isLive.get({ pk: message.conversationPk, partitions }) === 1) page.push(message)
    if (page.length === limit) break
  }
  return page
}

/** Joins terms to one `MATCH` expression: all of `required` and none of `excluded`. */
function matchOf (required: Term[], excluded: Term[], matchOne: (term: Term) => string): string {
  const all = required.map(matchOne).join(' AND ')
  return excluded.length === 0 ? all : `(${all}) NOT (${excluded.map(matchOne).join(' OR ')})`
}

const newest: After = { after: Number.MAX_SAFE_INTEGER, pk: 0, n: 0 }

function encodePosition (fingerprint: number, { createdAt, conversationPk, n }: FoundMessage) {
  return encodeCursor(fingerprint, { key: `${createdAt} ${n}`, pk: conversationPk })
}

function decodePosition (cursor: string, fingerprint: number): After {
  const { key, pk } = decodeCursor(cursor, fingerprint, 'string')
  const [, after, n] = /^(-?\d{1,16}) (\d{1,6})$/.exec(String(key)) ?? []
  if (after === undefined) throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
  return { after: Number(after), pk, n: Number(n) }
}
