import type { Db } from '../db/connection.js'
import { conversationKeys } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { cachedLivePartitions } from './partitions.js'

/** Ids of one family that are read at most. A larger family counts as several. */
const MAX_FAMILY_IDS = 1000

/**
 * The query by name, for the test of its query plan. A family has the conversations that are forks and duplicates of one another.
 * UNION keeps each id once, so a circle of copies, which an import can bring, ends.
 */
export const familyQuery = `WITH RECURSIVE live (no) AS (SELECT value FROM json_each(:partitions)), family (id) AS (
    SELECT conversation_id FROM conversations WHERE pk = :pk
    UNION SELECT c.forked_from_conversation FROM family CROSS JOIN conversations c INDEXED BY conversations_id
      ON c.conversation_id = family.id AND c.partition_no IN live WHERE c.forked_from_conversation IS NOT NULL
    UNION SELECT c.conversation_id FROM family CROSS JOIN conversations c INDEXED BY conversations_forked
      ON c.forked_from_conversation = family.id WHERE c.pk BETWEEN :first AND :last AND c.partition_no IN live
    LIMIT ${MAX_FAMILY_IDS})
  SELECT c.pk FROM family CROSS JOIN conversations c INDEXED BY conversations_id ON c.conversation_id = family.id AND c.partition_no IN live`

// Raw SQL: a recursive query over packed keys.
const families = prepared(({ $client: sqlite }: Db) =>
  sqlite.prepare<[{ partitions: string, pk: number, first: number, last: number }], number>(familyQuery).pluck())

/** Returns the keys of the visible conversations that are copies of one another. All of a family have the same list. */
export type FamilyOf = (pk: number) => readonly number[]

/**
 * Returns a function that finds the family of a user's conversation, itself included. It follows the copies that are there:
 * the copies of a deleted conversation are one family, but without the conversation that the deleted one was a copy of.
 */
export function copyFamilies (db: Db, userNo: number): FamilyOf {
  const [first, last] = conversationKeys(userNo)
  const partitions = JSON.stringify(cachedLivePartitions(db, userNo))
  const known = new Map<number, readonly number[]>()
  return (pk) => {
    const found = known.get(pk) ?? families(db).all({ partitions, pk, first, last })
    if (!known.has(pk)) for (const member of [pk, ...found]) known.set(member, found)
    return found
  }
}

/** Returns a test whether a conversation is the one of its family that `choose` returns. */
export function chosenOfFamily (familyOf: FamilyOf, choose: (family: readonly number[]) => number | undefined): (pk: number) => boolean {
  const chosen = new Map<readonly number[], number | undefined>()
  return (pk) => {
    const family = familyOf(pk)
    if (family.length < 2) return true
    if (!chosen.has(family)) chosen.set(family, choose(family))
    return chosen.get(family) === pk
  }
}
