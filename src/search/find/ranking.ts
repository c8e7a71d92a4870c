import { DomainError } from '../../errors.js'
import { decodeCursor, encodeCursor } from '../../paging/cursor.js'
import type { Weights } from './weights.js'

/*
 * The order of a ranked search and its pages. All candidates have a score from the index alone. The best of them, the head,
 * get a second score that costs more to compute, and are sorted by it. The rest follow by their first score.
 *
 * A cursor holds the weights of the terms and the end of the head. So scores do not change between two pages when other
 * messages come and go, and no result that stays as it is is shown twice or left out.
 */

/** Results that get the second score. */
const HEAD = 100

/** A result. Newer ones come first among equal scores, then higher keys. */
export interface Ranked { score: number, time: number, key: number }

/** The last result of a page. */
export interface RankedPosition extends Ranked {
  isHead: boolean
  /** The last result of the head by its first score. */
  headEnd: Ranked
  weights: Weights
}

/** What is ranked. Keys are safe integers. */
export interface Ranking {
  /** The first score of each candidate. */
  scores: ReadonlyMap<number, number>
  /** Returns the times of those that are there. Called with all candidates of one score. */
  timesOf (keys: number[]): Array<Pick<Ranked, 'key' | 'time'>>
  /** Whether the candidate passes the filters. */
  accepts (key: number): boolean
  /** Returns the second scores. */
  refine (head: Ranked[]): Ranked[]
}

/** Returns the results after a position, and the position of the last one if more follow. */
export function rankedPage (ranking: Ranking, weights: Weights, after: RankedPosition | null, limit: number): { page: Ranked[], end: RankedPosition | null } {
  const page: RankedPosition[] = []
  for (const result of ranked(ranking, weights, after?.headEnd ?? null)) {
    if (after && !isAfter(result, after)) continue
    if (page.length === limit) return { page, end: page.at(-1) ?? null }
    page.push(result)
  }
  return { page, end: null }
}

function * ranked (ranking: Ranking, weights: Weights, known: Ranked | null): Generator<RankedPosition, void, void> {
  const candidates = byScore(ranking)
  const head: Ranked[] = []
  let next = candidates.next()
  for (; !next.done && (known ? compare(next.value, known) <= 0 : head.length < HEAD); next = candidates.next()) {
    if (ranking.accepts(next.value.key)) head.push(next.value)
  }
  const headEnd = known ?? head.at(-1)
  if (!headEnd) return
  for (const result of ranking.refine(head).sort(compare)) yield { ...result, isHead: true, headEnd, weights }
  for (; !next.done; next = candidates.next()) {
    if (ranking.accepts(next.value.key)) yield { ...next.value, isHead: false, headEnd, weights }
  }
}

/** Yields the candidates in the order of their first scores. Times are read for one score after the other. */
function * byScore ({ scores, timesOf }: Ranking): Generator<Ranked, void, void> {
  const groups = new Map<number, number[]>()
  for (const [key, score] of scores) {
    const group = groups.get(score)
    if (group) group.push(key)
    else groups.set(score, [key])
  }
  for (const [score, keys] of [...groups].sort(([a], [b]) => b - a)) {
    yield * timesOf(keys).map((one) => ({ ...one, score })).sort(compare)
  }
}

function compare (a: Ranked, b: Ranked) {
  return b.score - a.score || b.time - a.time || b.key - a.key
}

function isAfter (result: RankedPosition, after: RankedPosition) {
  return result.isHead === after.isHead ? compare(result, after) > 0 : after.isHead
}

/** Makes the cursor of a position. */
export function encodeRanked (fingerprint: number, { isHead, score, time, key, headEnd, weights }: RankedPosition): string {
  const numbers = [Number(isHead), score, time, headEnd.score, headEnd.time, headEnd.key]
  const terms = weights.weights.map((weight, index) => `${weight}${weights.choosing[index] ? '!' : ''}`)
  return encodeCursor(fingerprint, { key: [...numbers, ...terms].join(' '), pk: key })
}

/**
 * Reads a cursor of a search with `terms` terms.
 * @throws {DomainError} INVALID_CURSOR for anything `encodeRanked` did not make for this very search.
 */
export function decodeRanked (cursor: string, fingerprint: number, terms: number): RankedPosition {
  const { key: text, pk: key } = decodeCursor(cursor, fingerprint, 'string')
  const parts = String(text).split(' ')
  const numbers = parts.slice(0, 6)
  const last = parts.slice(6)
  const [isHead = 0, score = 0, time = 0, endScore = 0, endTime = 0, endKey = 0] = numbers.map(Number)
  const isSound = last.length === terms && last.every((part) => /^\d{1,4}!?$/.test(part)) && numbers.every((part) => /^-?\d{1,16}$/.test(part))
  if (!isSound) throw new DomainError('INVALID_CURSOR', 'The cursor does not belong to this list; start again without one', 'cursor')
  return {
    isHead: isHead === 1,
    score,
    time,
    key,
    headEnd: { score: endScore, time: endTime, key: endKey },
    weights: { weights: last.map((part) => parseInt(part)), choosing: last.map((part) => part.endsWith('!')) }
  }
}
