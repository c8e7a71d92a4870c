import { DomainError } from '../../errors.js'
import { decodeCursor, encodeCursor } from '../../paging/cursor.js'
import type { Weights } from './weights.js'

/*
 * The order of a ranked search and its pages. Each candidate has a first score from the index alone. The best candidates
 * are the head. They get a second score that costs more to compute, and are sorted by it. The rest follow by their first
 * score.
 *
 * A cursor holds the weights of the terms and the end of the head. So scores stay the same between two pages while other
 * messages are added or deleted. No unchanged result is shown twice or omitted.
 */

/** Results in the head, which get the second score. */
const HEAD = 100

/** Results that get the second score at most, when new ones came before the end of the head that a cursor names. */
const MAX_HEAD = 4 * HEAD

/** A result. Among equal scores newer ones come first, then higher keys. */
export interface Ranked { score: number, time: number, key: number }

/** The last result of a page. */
export interface RankedPosition extends Ranked {
  isHead: boolean
  /** The last result of the head by its first score. */
  headEnd: Ranked
  weights: Weights
}

/** The candidates and their scores. Keys are safe integers. */
export interface Ranking {
  /** The first score of each candidate. */
  scores: ReadonlyMap<number, number>
  /** Returns the times of the candidates that exist. Called with all candidates of one score. */
  timesOf (keys: number[]): Array<Pick<Ranked, 'key' | 'time'>>
  /** Whether the candidate passes the filters. */
  accepts (key: number): boolean
  /** Returns the head with second scores. */
  refine (head: Ranked[]): Ranked[]
  /** Returns the keys of the copies of a result. Without it, no result is left out as a copy. */
  copiesOf? (result: Ranked): readonly number[]
}

/**
 * Returns the results after a position. Also returns the position of the last one if more follow. Of copies of one another
 * it has the first only, which can be on an earlier page.
 */
export function rankedPage (ranking: Ranking, weights: Weights, after: RankedPosition | null, limit: number): { page: Ranked[], end: RankedPosition | null } {
  const page: RankedPosition[] = []
  const shown = new Set<number>()
  for (const result of ranked(ranking, weights, after?.headEnd ?? null)) {
    if (ranking.copiesOf?.(result).some((key) => shown.has(key))) continue
    shown.add(result.key)
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
  for (; !next.done && (known ? head.length < MAX_HEAD && compare(next.value, known) <= 0 : head.length < HEAD); next = candidates.next()) {
    if (ranking.accepts(next.value.key)) head.push(next.value)
  }
  const headEnd = known ?? head.at(-1)
  if (!headEnd) return
  for (const result of ranking.refine(head).sort(compare)) yield { ...result, isHead: true, headEnd, weights }
  for (; !next.done; next = candidates.next()) {
    if (ranking.accepts(next.value.key)) yield { ...next.value, isHead: false, headEnd, weights }
  }
}

/** Yields the candidates in the order of their first scores. It reads the times of one score at a time. */
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
 * @throws {DomainError} INVALID_CURSOR for any text that `encodeRanked` did not make for this search.
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
