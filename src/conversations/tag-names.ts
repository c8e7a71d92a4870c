import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { tagRenames } from '../db/schema.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'

/*
 * Renaming or deleting a tag takes effect at once, although thousands of conversations carry it. A short command adds a row to
 * `tag_renames`. A bulk command then rewrites the conversations in steps (`tags/apply-renames.ts`) and removes the row. Until
 * then a conversation may still store the old name. So reads translate stored names, and filters and writes translate back.
 */

/** The shown name of each stored name: null for a deleted tag. A name that is not here is shown as it is stored. */
export type TagNames = ReadonlyMap<string, string | null>

const statements = prepared((db: Db) => ({
  pending: db.select({ from: tagRenames.from, to: tagRenames.to }).from(tagRenames)
    .where(eq(tagRenames.userNo, sql.placeholder('userNo'))).orderBy(asc(tagRenames.pk)).prepare()
}))

/** Returns the names that pending renames of a user change. Renames apply in the order they were made. */
export function tagNames (db: Db, userNo: number): TagNames {
  const names = new Map<string, string | null>()
  for (const { from, to } of statements(db).pending.all({ userNo }).reverse()) {
    names.set(from, to === null ? null : shownName(names, to))
  }
  return names
}

/** The same, cached until the next commit. */
export const cachedTagNames = cachedUntilCommit(tagNames)

/** Returns the shown name of a stored one, or null for a deleted tag. */
export function shownName (names: TagNames, stored: string): string | null {
  return names.has(stored) ? names.get(stored) ?? null : stored
}

/** Returns the shown tags of a conversation without duplicates. */
export function shownTags (names: TagNames, stored: string[]): string[] {
  if (names.size === 0) return stored
  return [...new Set(stored.map((tag) => shownName(names, tag)).filter((tag) => tag !== null))]
}

/** Returns every stored name that is shown as `shown`. Empty if the tag was renamed and no conversation carries the name since. */
export function storedNames (names: TagNames, shown: string): string[] {
  const renamed = [...names].filter(([, to]) => to === shown).map(([from]) => from)
  return names.has(shown) ? renamed : [shown, ...renamed]
}
