import { conversationTest, type Conditions } from '../../conversations/conditions.js'
import type { Db } from '../../db/connection.js'
import { messageKey } from '../../db/keys.js'
import { prepared } from '../../db/prepared.js'
import { expressionOf, matchesAmong, newestMatches } from './postings.js'
import { type MatchMode, matchOf, type Search } from './query.js'
import type { Ranking } from './ranking.js'
import { probedTerms, readBonus, scoreEntries, weightSum } from './scores.js'
import { conversationOf, numberOf, type RankedRange, relativeKey, type WeighedTerm, type Weights, weightsOf, weighTerms } from './weights.js'

/** The newest messages with all terms that are ranked at most. */
const MAX_RANKED_MATCHES = 4000

/** Conditions on a message beside its terms. */
export interface MessageLimits { conditions: Conditions, after: number, before: number }

/** The query by name, for the test of its query plan. */
export const rankedTimes = `SELECT match.value AS key, m.created_at AS time
  FROM json_each(:keys) match CROSS JOIN messages m INDEXED BY messages_created ON m.pk = ${messageKey(':firstPk', '0')} + match.value
  WHERE m.created_at >= :after AND m.created_at < :before`

// Raw SQL: it looks up packed keys of a JSON array.
const times = prepared(({ $client: sqlite }: Db) =>
  sqlite.prepare<[{ keys: string, firstPk: number, after: number, before: number }], { key: number, time: number }>(rankedTimes))

/**
 * Ranks messages that have all required terms (`all`) or any of them. Terms in the title of its conversation also count
 * for a message.
 */
export function rankMessages (
  db: Db, range: RankedRange, { required, excluded }: Search, mode: MatchMode, { conditions, after, before }: MessageLimits, known: Weights | null
): { ranking: Ranking, weights: Weights } {
  const { userNo, firstPk, lastPk } = range
  const terms = weighTerms(db, required, range, (term) => matchOf([term], excluded, (one) => expressionOf(db, one)), known)
  const entries = scoreEntries(db, terms, range)
  const bits = mode === 'any' ? entries.bits : haveAll(terms, newestMatches(db, matchOf(required, excluded, (term) => expressionOf(db, term)), firstPk, lastPk, MAX_RANKED_MATCHES))
  const sum = weightSum(terms)
  const scores = new Map<number, number>()
  for (const [key, found] of bits) {
    if (numberOf(key) === 0) continue
    const title = entries.bits.get(relativeKey(conversationOf(key), 0)) ?? 0
    scores.set(key, sum(found) + (entries.near.get(key) ?? 0) + (sum(title) >> 2))
  }
  const test = conversationTest(db, userNo, conditions)
  const bonus = readBonus(db, terms, range)
  const ranking: Ranking = {
    scores,
    timesOf: (keys) => times(db).all({ keys: JSON.stringify(keys), firstPk, after, before }),
    accepts: (key) => test(firstPk + conversationOf(key)),
    refine (head) {
      const keys = head.map(({ key }) => key)
      const common = mode === 'any' ? probedTerms(terms).map(({ term, weight }) => ({ weight, found: matchesAmong(db, expressionOf(db, term), firstPk, keys) })) : []
      return head.map((result) => {
        const score = result.score + common.reduce((sum, { weight, found }) => sum + (found.has(result.key) ? weight : 0), 0)
        return { ...result, score: score + bonus(result.key, score) }
      })
    }
  }
  return { ranking, weights: weightsOf(terms) }
}

function haveAll (terms: readonly WeighedTerm[], keys: readonly number[]) {
  return new Map(keys.map((key) => [key, 2 ** terms.length - 1]))
}
