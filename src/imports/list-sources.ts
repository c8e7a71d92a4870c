import { and, eq, gt, min, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { importOrigins } from '../db/schema.js'

const { placeholder } = sql

const nextSource = prepared((db: Db) => db.select({ source: min(importOrigins.source) }).from(importOrigins)
  .where(and(eq(importOrigins.userNo, placeholder('userNo')), gt(importOrigins.source, placeholder('after')))).prepare())

/**
 * Returns the formats that a user has imported conversations from, sorted. Also those whose conversations were deleted
 * since. Reads one index entry for each, however many conversations there are.
 */
export function listSources (db: Db, userNo: number): string[] {
  const sources: string[] = []
  for (;;) {
    const source = nextSource(db).get({ userNo, after: sources.at(-1) ?? '' })?.source
    if (!source) return sources
    sources.push(source)
  }
}
