import { conversationOfMessage, messageKey, messagesOf, numberOfMessage, userOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { blockInConversation, blockOfConversations, isAmong, probe, readMatches, wholeBlock } from './blocks.js'
import { type CommonAbove, expressionOf, isCommon, probeExpression } from './postings.js'
import { matchOf, neededTerms, type Search, type Term } from './query.js'

/*
 * Messages that match a search, newest first. Rare matches are all read and sorted. For common ones the messages are
 * scanned from the newest.
 */

/** A message that matches. */
export interface FoundMessage { conversationPk: number, n: number, createdAt: number }

/** A page, and the position after which the next page begins. The message at that position need not be on the page. */
export interface NewestPage { found: FoundMessage[], end: FoundMessage | null }

/** The messages of a user or of one conversation, after a position and not created before `from`. */
export interface MessageRange {
  userNo: number
  firstPk: number
  lastPk: number
  from: number
  /** The position after which a page begins: a creation time, and the packed key that breaks ties. */
  after: number
  pk: number
  n: number
}

/** Whether a match passes the filters. `isNarrow` means that few messages may pass. */
export interface Acceptance { accepts (message: FoundMessage): boolean, isNarrow: boolean }

/**
 * From this many matches on, a scan from the newest message is faster than reading all matches. A prefix costs one probe
 * for each of its words. So it needs more matches among the newest conversations than a phrase.
 */
const SCAN_FROM_MATCHES = { inAll: 3000, recentPhrases: 8, recentPrefixes: 300 }

/**
 * From this many matches that were read, a scan from the newest message is faster than looking up the time of each
 * match.
 */
const SCAN_FROM_READ_MATCHES = 4000

/** Messages after which a scan that has not filled the page gives up. */
const MAX_SCANNED_MESSAGES = 7000

const columns = `${conversationOfMessage('m.pk')} AS conversationPk, ${numberOfMessage('m.pk')} AS n, m.created_at AS createdAt`
const isAfter = `m.created_at >= :from AND m.created_at <= :after AND (m.created_at < :after OR m.pk < ${messageKey(':pk', ':n')})`

/** The queries by name, for the test of their query plans. */
export const messageQueries = {
  sortMatches: `SELECT ${columns} FROM json_each(:matches) match CROSS JOIN messages m INDEXED BY messages_created
    ON m.pk = ${messageKey(':firstPk', '0')} + match.value
    WHERE ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`,
  newestFirst: `SELECT ${columns} FROM messages m INDEXED BY messages_time
    WHERE ${userOfMessage('m.pk')} = :userNo AND ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`,
  ofConversation: `SELECT ${columns} FROM messages m INDEXED BY messages_created
    WHERE m.pk ${messagesOf(':firstPk')} AND ${isAfter} ORDER BY m.created_at DESC, m.pk DESC`
}

// Raw SQL for ranges of packed keys and for the choice of index.
const statements = prepared(({ $client: sqlite }: Db) => ({
  sortMatches: sqlite.prepare<[MessageRange & { matches: string }], FoundMessage>(messageQueries.sortMatches),
  newestFirst: sqlite.prepare<[MessageRange], FoundMessage>(messageQueries.newestFirst),
  ofConversation: sqlite.prepare<[MessageRange], FoundMessage>(messageQueries.ofConversation)
}))

/** Returns a page of the messages with all required terms and no excluded one. */
export function findNewest (db: Db, search: Search, range: MessageRange, pageSize: number, acceptance: Acceptance): NewestPage {
  const { excluded } = search
  const needed = neededTerms(search)
  if (needed.length === 0) return scanAll(db, excluded, range, pageSize, acceptance.accepts)
  if (range.firstPk < range.lastPk) return findAmongUsers(db, needed, excluded, range, pageSize, acceptance)
  const match = matchOf(needed, excluded, (term) => expressionOf(db, term))
  return newestOfMatches(db, readMatches(db, match, wholeBlock(range.firstPk, range.lastPk)), range, pageSize, acceptance.accepts)
}

/** Returns the newest of the matches. They are keys relative to the first conversation of the range. */
export function newestOfMatches (db: Db, matches: readonly number[], range: MessageRange, pageSize: number, accepts: Acceptance['accepts']): NewestPage {
  return pageOf(firstAccepted(statements(db).sortMatches.iterate({ ...range, matches: JSON.stringify(matches) }), pageSize + 1, accepts), pageSize)
}

function findAmongUsers (db: Db, required: Term[], excluded: Term[], range: MessageRange, pageSize: number, acceptance: Acceptance): NewestPage {
  const terms = [...required, ...excluded]
  const expressions = new Map(terms.map((term) => [term, probeExpression(db, term)]))
  const match = matchOf(required, excluded, (term) => expressions.get(term) ?? term.match)
  const isScanned = terms.every((term) => expressions.get(term)) && isCommon(db, range.userNo, match, commonAbove(terms))
  const blockOf = hasPrefix(terms) ? blockOfConversations : blockInConversation
  const page = isScanned ? scanNewest(db, probe(db, match, blockOf), range, pageSize, acceptance) : null
  return page ?? findAmongAll(db, matchOf(required, excluded, (term) => expressionOf(db, term)), range, pageSize, acceptance, isScanned)
}

/** Reads all matches and returns the newest. A scan that gave up is not repeated. */
function findAmongAll (db: Db, match: string, range: MessageRange, pageSize: number, acceptance: Acceptance, wasScanned: boolean): NewestPage {
  const all = wholeBlock(range.firstPk, range.lastPk)
  const matches = readMatches(db, match, all)
  const isScanned = !wasScanned && matches.length >= SCAN_FROM_READ_MATCHES
  const page = isScanned ? scanNewest(db, isAmong(all, matches), range, pageSize, acceptance) : null
  return page ?? newestOfMatches(db, matches, range, pageSize, acceptance.accepts)
}

function commonAbove (terms: Term[]): CommonAbove {
  const { inAll, recentPhrases, recentPrefixes } = SCAN_FROM_MATCHES
  if (hasPrefix(terms)) return { inAll, inRecent: recentPrefixes }
  return terms.some(({ words }) => words.length > 1) ? { inAll, inRecent: recentPhrases } : { inAll }
}

function hasPrefix (terms: readonly Term[]) {
  return terms.some(({ isPrefix }) => isPrefix)
}

/**
 * Scans messages from the newest. Returns null if `MAX_SCANNED_MESSAGES` of them do not fill the page. With a narrow
 * filter it returns the partial page instead, because reading all matches would not reduce them.
 */
function scanNewest (db: Db, isMatch: (message: FoundMessage) => boolean, range: MessageRange, pageSize: number, { accepts, isNarrow }: Acceptance): NewestPage | null {
  const page = scan(statements(db).newestFirst.iterate(range), isMatch, pageSize, accepts)
  return page.isGivenUp && !isNarrow ? null : page
}

/** Scans messages and returns those without the excluded terms. */
function scanAll (db: Db, excluded: Term[], range: MessageRange, pageSize: number, accepts: Acceptance['accepts']): NewestPage {
  const isExcluded = excluded.map((term) => {
    const expression = probeExpression(db, term)
    const all = wholeBlock(range.firstPk, range.lastPk)
    return expression ? probe(db, expression, hasPrefix([term]) ? blockOfConversations : blockInConversation) : isAmong(all, readMatches(db, term.match, all))
  })
  const { newestFirst, ofConversation } = statements(db)
  const messages = range.firstPk === range.lastPk ? ofConversation : newestFirst
  return scan(messages.iterate(range), (message) => !isExcluded.some((test) => test(message)), pageSize, accepts)
}

/**
 * Returns the first matches of at most `MAX_SCANNED_MESSAGES`. A page that is given up ends at the last scanned message.
 */
function scan (
  messages: Iterable<FoundMessage>, isMatch: (message: FoundMessage) => boolean, pageSize: number, accepts: Acceptance['accepts']
): NewestPage & { isGivenUp: boolean } {
  const found: FoundMessage[] = []
  let left = MAX_SCANNED_MESSAGES
  let last: FoundMessage | null = null
  for (const message of messages) {
    if (left-- === 0) return { found, end: found.length < pageSize ? last : found.at(-1) ?? null, isGivenUp: true }
    last = message
    if (!isMatch(message) || !accepts(message)) continue
    if (found.length === pageSize) return { found, end: found.at(-1) ?? null, isGivenUp: false }
    found.push(message)
  }
  return { found, end: null, isGivenUp: false }
}

/** Returns the first `limit` messages that pass the filters. */
function firstAccepted (messages: Iterable<FoundMessage>, limit: number, accepts: Acceptance['accepts']): FoundMessage[] {
  const found: FoundMessage[] = []
  for (const message of messages) {
    if (accepts(message)) found.push(message)
    if (found.length === limit) break
  }
  return found
}

function pageOf (found: FoundMessage[], pageSize: number): NewestPage {
  return found.length > pageSize ? { found: found.slice(0, pageSize), end: found[pageSize - 1] ?? null } : { found, end: null }
}
