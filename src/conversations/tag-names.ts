import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { tagRenames } from '../db/schema.js'
import { cachedUntilCommit } from '../db/cached-until-commit.js'

/*
 * Renaming or deleting a tag takes effect at once, although thousands of conversations carry it: the short command adds a row
 * to `tag_renames`, and a bulk command then rewrites the conversations in steps (`tags/apply-renames.ts`) and removes the row.
 * Until then a conversation may still store the old name. So a stored name is translated when it is read, and a name is
 * translated back when conversations are searched for it or it is written.
 */

/** How stored names are shown: null for those of deleted tags; a name that is not here is shown as it is stored. */
export type TagNames = ReadonlyMap<string, string | null>

const statements = prepared((db: Db) => ({
  pending: db.select({ from: tagRenames.from, to: tagRenames.to }).from(tagRenames)
    .where(eq(tagRenames.userNo, sql.placeholder('userNo'))).orderBy(asc(tagRenames.pk)).prepare()
}))

/** The names of a user's tags that renames are still to be applied to; the renames are applied in the order they were made. */
export function tagNames (db: Db, userNo: number): TagNames {
  const names = new Map<string, string | null>()
  for (const { from, to } of statements(db).pending.all({ userNo }).reverse()) {
    names.set(from, to === null ? null : shownName(names, to))
  }
  return names
}

/** The same, cached until the next commit. */
export const cachedTagNames = cachedUntilCommit(tagNames)

/** How a stored name is shown; null if it is the name of a deleted tag. */
export function shownName (names: TagNames, stored: string): string | null {
  return names.has(stored) ? names.get(stored) ?? null : stored
}

/** How the stored tags of a conversation are shown, each once. */
export function shownTags (names: TagNames, stored: string[]): string[] {
  if (names.size === 0) return stored
  return [...new Set(stored.map((tag) => shownName(names, tag)).filter((tag) => tag !== null))]
}

/** Every stored name that is shown as `shown`. Empty if the name was given up and no conversation carries it since. */
export function storedNames (names: TagNames, shown: string): string[] {
  const renamed = [...names].filter(([, to]) => to === shown).map(([from]) => from)
  return names.has(shown) ? renamed : [shown, ...renamed]
}
