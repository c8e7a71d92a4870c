import { conversationTest, type Conditions } from '../../conversations/conditions.js'
import { findConversation } from '../../conversations/find.js'
import { conversationKeys } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { inSnapshot } from '../../db/snapshot.js'
import { DomainError } from '../../errors.js'
import { decodeCursor, encodeCursor, listFingerprint } from '../../paging/cursor.js'
import { messageCopies } from './message-copies.js'
import { findNewest, type FoundMessage, type MessageRange, type NewestPage, newestOfMatches } from './newest-messages.js'
import type { Facet } from '../index/facets.js'
import { MAX_COUNTED, type MatchMode, neededTerms, readSearch, type Search, type Term } from './query.js'
import { type MessageLimits, rankMessages } from './rank-messages.js'
import { decodeRanked, encodeRanked, type Ranked, rankedPage } from './ranking.js'
import { conversationOf, numberOf, relativeKey } from './weights.js'

export type { FoundMessage } from './newest-messages.js'

/** A search in messages and the page to return. */
export interface MessageQuery {
  search: string
  /** 1 to 100. */
  pageSize: number
  /** Whether all words are required or any one. Default: all. */
  match?: MatchMode
  /** Default: newest first, with `any` the best first. */
  sort?: 'newest' | 'relevance'
  /** Only messages of this conversation. */
  conversationId?: string
  /** `copies`: of messages that are copies of one another only the first result is shown. */
  collapse?: 'copies'
  /** Facets that each message must have. */
  facets?: Facet[]
  /** Conditions on the conversations of the messages. */
  conditions?: Omit<Conditions, 'after' | 'before'>
  /** Created at this time or later, in milliseconds since 1970. */
  after?: number
  /** Created before this time. */
  before?: number
  cursor?: string
}

/** A page of messages, and the terms of the search. */
export interface MessagePage { found: FoundMessage[], terms: Term[], nextCursor: string | null }

/**
 * Returns a user's messages that match a search. By default each has every required term. None has an excluded one. A
 * blank search without a filter returns none.
 * @throws {DomainError} INVALID_CURSOR; INVALID, see `readSearch`.
 */
export function searchMessages (db: Db, userNo: number, query: MessageQuery): MessagePage {
  const { search: text, pageSize, match = 'all', sort = match === 'any' ? 'relevance' : 'newest', conversationId, facets = [], collapse, cursor } = query
  const { conditions = {}, after: from = Number.MIN_SAFE_INTEGER, before = Number.MAX_SAFE_INTEGER } = query
  const fingerprint = listFingerprint('messages', userNo, text.trimStart(), match, sort, conversationId, facets, conditions, from, before, collapse)
  const search = readSearch(text, userNo, facets) ?? { required: [], excluded: [], facet: null }
  const isRanked = sort === 'relevance' && search.required.length > 0
  const after = cursor === undefined || isRanked ? { after: before, pk: 0, n: 0 } : decodePosition(cursor, fingerprint)
  if (isBlank(query, search)) return { found: [], terms: [], nextCursor: null }

  const limits: MessageLimits = { conditions, after: from, before }
  return inSnapshot(db, () => {
    const conversation = conversationId === undefined ? null : findConversation(db, userNo, conversationId)
    if (conversation === undefined) return { found: [], terms: search.required, nextCursor: null }
    const [firstPk, lastPk] = conversation ? [conversation.pk, conversation.pk] : conversationKeys(userNo)
    const range: MessageRange = { userNo, firstPk, lastPk, from, ...after }
    const copiesOf = collapse && conversation === null ? messageCopies(db, userNo) : null
    if (isRanked) return findBest(db, search, range, limits, { match, pageSize, fingerprint, cursor, copiesOf })

    const test = conversationTest(db, userNo, conditions)
    // Copies were created at the same time, so their keys decide which comes first.
    const isCopy = (message: FoundMessage) => copiesOf?.(message).some((copy) => copy.conversationPk > message.conversationPk && test(copy.conversationPk))
    const accepts = (message: FoundMessage) => test(message.conversationPk) && !isCopy(message)
    const page = match === 'any' && search.required.length > 0
      ? newestOfMatches(db, anyMatches(db, search, range, limits), range, pageSize, accepts)
      : findNewest(db, search, range, pageSize, { accepts, isNarrow: Object.keys(conditions).length > 0 })
    return { found: page.found, terms: search.required, nextCursor: nextCursor(page, fingerprint) }
  })
}

function isBlank ({ conversationId, conditions = {}, after, before }: MessageQuery, search: Search) {
  const isFiltered = conversationId !== undefined || after !== undefined || before !== undefined || Object.keys(conditions).length > 0
  return neededTerms(search).length + search.excluded.length === 0 && !isFiltered
}

/** What else a ranked page depends on. `copiesOf` is null unless copies are left out. */
interface RankedRequest { match: MatchMode, pageSize: number, fingerprint: number, cursor: string | undefined, copiesOf: ((message: FoundMessage) => FoundMessage[]) | null }

function findBest (db: Db, search: Search, range: MessageRange, limits: MessageLimits, request: RankedRequest): MessagePage {
  const { match, pageSize, fingerprint, cursor, copiesOf } = request
  const after = cursor === undefined ? null : decodeRanked(cursor, fingerprint, search.required.length)
  const { ranking, weights } = rankMessages(db, range, search, match, limits, after?.weights ?? null)
  const messageOf = ({ key, time }: Ranked): FoundMessage => ({ conversationPk: range.firstPk + conversationOf(key), n: numberOf(key), createdAt: time })
  const keysOf = (messages: FoundMessage[]) => messages.map(({ conversationPk, n }) => relativeKey(conversationPk - range.firstPk, n))
  const { page, end } = rankedPage({ ...ranking, ...(copiesOf && { copiesOf: (result) => keysOf(copiesOf(messageOf(result))) }) }, weights, after, pageSize)
  return {
    found: page.map(messageOf),
    terms: search.required,
    nextCursor: end && encodeRanked(fingerprint, end)
  }
}

/** Returns the candidates of a ranked search, to be sorted by time. */
function anyMatches (db: Db, search: Search, range: MessageRange, limits: MessageLimits): number[] {
  return [...rankMessages(db, range, search, 'any', limits, null).ranking.scores.keys()]
}

/**
 * Counts the messages that match any word of the search, up to `MAX_COUNTED`. Returns undefined unless the page is the
 * first page of a search of several words and is empty.
 */
export function countWithAny (db: Db, userNo: number, query: MessageQuery, page: MessagePage): number | undefined {
  if (page.found.length > 0 || page.nextCursor !== null || page.terms.length < 2 || query.match === 'any' || query.cursor !== undefined) return undefined
  return searchMessages(db, userNo, { ...query, match: 'any', sort: 'newest', pageSize: MAX_COUNTED }).found.length
}

function nextCursor ({ end }: NewestPage, fingerprint: number) {
  return end && encodeCursor(fingerprint, { key: `${end.createdAt} ${end.n}`, pk: end.conversationPk })
}

function decodePosition (cursor: string, fingerprint: number): Pick<MessageRange, 'after' | 'pk' | 'n'> {
  const { key, pk } = decodeCursor(cursor, fingerprint, 'string')
  const [, after, n] = /^(-?\d{1,16}) (\d{1,6})$/.exec(String(key)) ?? []
  if (after === undefined) throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
  return { after: Number(after), pk, n: Number(n) }
}
