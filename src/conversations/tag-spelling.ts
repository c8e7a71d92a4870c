import { asc, eq, sql } from 'drizzle-orm'
import { cachedUntilCommit } from '../db/cached-until-commit.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { tags } from '../db/schema.js'
import { cleanLine } from '../text.js'

export const MAX_TAG_CODE_POINTS = 128

/** Returns the name of a tag to store: one clean line in NFC, cut at `MAX_TAG_CODE_POINTS`. May be empty. */
export function cleanTagName (name: string): string {
  return cleanLine(name.normalize('NFC'), MAX_TAG_CODE_POINTS)
}

/**
 * Returns what two names of one tag have in common: the name without differences of case and compatibility, close to
 * NFKC_Casefold (Unicode, section 3.13).
 */
export function tagKey (name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/ß/g, 'ss').replace(/ς/g, 'σ').normalize('NFKC')
}

/** The names of a user's tags. `byKey` has the first in their order for each key: older versions told `work` from `Work`. */
export interface TagSpellings { names: ReadonlySet<string>, byKey: ReadonlyMap<string, string> }

const statements = prepared((db: Db) => ({
  names: db.select({ tag: tags.tag }).from(tags).where(eq(tags.userNo, sql.placeholder('userNo')))
    .orderBy(asc(tags.position), asc(tags.pk)).prepare()
}))

/** Returns how a user's tags are spelled. */
export function tagSpellings (db: Db, userNo: number): TagSpellings {
  const names = statements(db).names.all({ userNo }).map(({ tag }) => tag)
  return { names: new Set(names), byKey: new Map(names.reverse().map((name) => [tagKey(name), name])) }
}

/** The same, cached until the next commit. */
export const cachedTagSpellings = cachedUntilCommit(tagSpellings)

/** Returns each name as the user's tags spell it, and a new one as it comes first. Without duplicates. */
export function spelledTags ({ names, byKey }: TagSpellings, wanted: string[]): string[] {
  const added = new Map<string, string>()
  return [...new Set(wanted.map((name) => {
    if (names.has(name)) return name
    const key = tagKey(name)
    const known = byKey.get(key) ?? added.get(key) ?? name
    added.set(key, known)
    return known
  }))]
}
