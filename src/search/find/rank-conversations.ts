import { conversationTest, type Conditions } from '../../conversations/conditions.js'
import type { Db } from '../../db/connection.js'
import { prepared } from '../../db/prepared.js'
import { expressionOf, isInConversation, probeExpression } from './postings.js'
import type { Search } from './query.js'
import type { Ranking } from './ranking.js'
import { type EntryScores, probedTerms, readBonus, scoreEntries, weightSum } from './scores.js'
import { conversationOf, numberOf, type RankedRange, relativeKey, type WeighedTerm, type Weights, weightsOf, weighTerms } from './weights.js'

/** A candidate. `n` is the number of its best message, 0 for none. */
interface Candidate { bits: number, title: number, near: number, best: number, n: number }

/** The query by name, for the test of its query plan. */
export const changeTimes = `SELECT conversation.value AS key, c.updated_at AS time
  FROM json_each(:keys) conversation CROSS JOIN conversations c NOT INDEXED ON c.pk = :firstPk + conversation.value`

// Raw SQL: it looks up packed keys of a JSON array.
const times = prepared(({ $client: sqlite }: Db) =>
  sqlite.prepare<[{ keys: string, firstPk: number }], { key: number, time: number }>(changeTimes))

/**
 * Ranks conversations by the terms in their titles and messages. Terms count more in the title, together in one message,
 * and near each other. `accepts` is a further test of a conversation.
 */
export function rankConversations (
  db: Db, range: RankedRange, { required }: Search, conditions: Conditions, accepts: (pk: number) => boolean, known: Weights | null
): { ranking: Ranking, weights: Weights, bestMessage (key: number): number } {
  const { userNo, firstPk } = range
  const terms = weighTerms(db, required, range, (term) => expressionOf(db, term), known)
  const candidates = gather(terms, scoreEntries(db, terms, range))
  const sum = weightSum(terms)
  const test = conversationTest(db, userNo, conditions)
  const bonus = readBonus(db, terms, range)
  const bestMessage = (key: number) => candidates.get(key)?.n ?? 0
  const ranking: Ranking = {
    scores: new Map([...candidates].map(([key, { bits, title, near, best }]) => [key, sum(bits) + (sum(title) >> 1) + (best >> 1) + near])),
    timesOf: (keys) => times(db).all({ keys: JSON.stringify(keys), firstPk }),
    accepts: (key) => test(firstPk + key) && accepts(firstPk + key),
    refine (head) {
      // A prefix of too many words is left out, because FTS5 would read all of its entries for each conversation.
      const common = probedTerms(terms).flatMap(({ term, weight }) => {
        const match = probeExpression(db, term)
        return match === null ? [] : [{ match, weight }]
      })
      return head.map((result) => {
        const found = common.filter(({ match }) => isInConversation(db, firstPk + result.key, match))
        const score = result.score + found.reduce((sum, { weight }) => sum + weight, 0)
        return { ...result, score: score + bonus(relativeKey(result.key, bestMessage(result.key)), score) }
      })
    }
  }
  return { ranking, weights: weightsOf(terms), bestMessage }
}

function gather (terms: readonly WeighedTerm[], { bits, near }: EntryScores): Map<number, Candidate> {
  const sum = weightSum(terms)
  const candidates = new Map<number, Candidate>()
  for (const [key, found] of bits) {
    const n = numberOf(key)
    const conversation = candidates.get(conversationOf(key)) ?? { bits: 0, title: 0, near: 0, best: 0, n: 0 }
    candidates.set(conversationOf(key), conversation)
    const closeness = near.get(key) ?? 0
    conversation.bits |= found
    conversation.near = Math.max(conversation.near, closeness)
    if (n === 0) conversation.title = found
    // Among equal scores the latest message is the best.
    const score = sum(found) + closeness
    if (n > 0 && (score > conversation.best || (score === conversation.best && n > conversation.n))) Object.assign(conversation, { best: score, n })
  }
  return candidates
}
