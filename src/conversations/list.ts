import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { inSnapshot } from '../db/snapshot.js'
import { areTestedByRow, type Conditions, conversationTest } from './conditions.js'
import { decodeCursor, encodeCursor, listFingerprint, type Position } from '../paging/cursor.js'
import { chosenOfFamily, copyFamilies } from './copy-families.js'
import { findConversation } from './find.js'
import { rowJson, rowKey, shownRow } from './list-row.js'
import type { ConversationFilter, FindMatching, ListQuery, SortBy } from './list-shape.js'
import { archivedStates, candidatesSql, keyTypes, listSources, pageParameters, pageSql, type PageShape, scanSql } from './page-sql.js'
import { cachedLivePartitions } from './partitions.js'
import { cachedTagNames, storedNames } from './tag-names.js'
import { cachedTagSpellings, cleanTagName, spelledTags } from './tag-spelling.js'

/** A page of the list. Its rows are those of `list-row.ts`. */
export interface ListPage { rows: string[], nextCursor: string | null }

/** A list query and what is needed to run it. */
interface Reading { query: ListQuery, tags: string[], partitions: number[], after: Position | null }

/** The rows of a page, and the position of the last one if more follow. */
interface Part { rows: string[], end: Position | null }

/**
 * Returns one page of a user's conversations. `findMatching` runs the search of the query.
 * @throws {DomainError} INVALID_CURSOR; INVALID for a search of too many terms.
 */
export function listConversations (db: Db, userNo: number, query: ListQuery, findMatching: FindMatching): ListPage {
  const { isArchived, pinned, sortBy, sortDirection, cursor = '', search = '', match = 'all', conditions = {}, facets = [], collapse } = query
  const named = [...new Set(query.tags.map(cleanTagName))].sort()
  const fingerprint = listFingerprint(userNo, isArchived, pinned, sortBy, sortDirection, named, search.trimStart(), match, conditions, facets, collapse)
  const after = cursor === '' ? null : decodeCursor(cursor, fingerprint, keyTypes[sortBy])

  const { rows, end } = inSnapshot(db, () => {
    const partitions = cachedLivePartitions(db, userNo)
    const names = cachedTagNames(db, userNo)
    const tags = named.length === 0 ? [] : spelledTags(cachedTagSpellings(db, userNo), named).flatMap((tag) => storedNames(names, tag))
    if (partitions.length === 0 || (named.length > 0 && tags.length === 0)) return { rows: [], end: null }
    const reading = { query, tags, partitions, after }
    const found = withConditions(db, userNo, findMatching(db, userNo, query), conditions)
    const filter = collapse ? withoutCopies(db, userNo, reading, found) : found
    const page = filter ? readMatching(db, reading, filter) : readPage(db, reading)
    return names.size === 0 ? page : { ...page, rows: page.rows.map((row) => shownRow(names, row)) }
  })
  return { rows, nextCursor: end ? encodeCursor(fingerprint, end) : null }
}

/** Returns the rows of these conversations, which must exist, in the order of the keys. */
export function rowsOfKeys (db: Db, userNo: number, keys: readonly number[]): string[] {
  const names = cachedTagNames(db, userNo)
  const rows = keys.map((pk) => statements(db).row.get(pk) ?? '')
  return names.size === 0 ? rows : rows.map((row) => shownRow(names, row))
}

/** Adds a test of each row to the filter of a search. */
function withConditions (db: Db, userNo: number, filter: ConversationFilter | null, conditions: Conditions): ConversationFilter | null {
  if (!areTestedByRow(conditions)) return filter
  const test = conversationTest(db, userNo, conditions)
  const { conversationId } = conditions
  if (conversationId !== undefined) {
    const pk = findConversation(db, userNo, conversationId)?.pk
    const isFound = pk !== undefined && (filter?.candidateKeys?.includes(pk) ?? true)
    return { candidateKeys: isFound ? [pk] : [], accepts: (key) => test(key) && (filter?.accepts(key) ?? true) }
  }
  return filter
    ? { ...filter, accepts: (pk) => test(pk) && filter.accepts(pk) }
    : { candidateKeys: null, accepts: test }
}

/** Adds a test whether a result comes before its copies that are results too, in the order of the list. */
function withoutCopies (db: Db, userNo: number, reading: Reading, filter: ConversationFilter | null): ConversationFilter {
  const { candidateKeys = null, accepts = () => true } = filter ?? {}
  const candidates = candidateKeys && new Set(candidateKeys)
  const isFirst = chosenOfFamily(copyFamilies(db, userNo), (family) => {
    const found = candidates ? family.filter((pk) => candidates.has(pk)) : family
    for (const [, pk] of sortedPositions(db, { ...reading, after: null }, found)) if (accepts(pk)) return pk
    return undefined
  })
  return { candidateKeys, accepts: (pk) => accepts(pk) && isFirst(pk) }
}

type PositionColumns = [key: Position['key'], pk: number]

// Raw SQL: pages name their indexes (`page-sql.ts`), and a search runs the other two once for each row.
const statements = prepared(({ $client: sqlite }: Db) => ({
  row: sqlite.prepare<[number], string>('SELECT row FROM list_rows WHERE conversation_pk = ?').pluck(),
  titleKey: sqlite.prepare<[number], string>('SELECT title_key FROM conversations WHERE pk = ?').pluck(),
  rows: byShape((shape) => sqlite.prepare<unknown[], string>(pageSql(shape)).pluck()),
  scanned: byShape((shape) => sqlite.prepare<unknown[], PositionColumns>(scanSql(shape)).raw()),
  candidates: byShape((shape) => sqlite.prepare<unknown[], PositionColumns>(candidatesSql(shape)).raw())
}))

function readPage (db: Db, reading: Reading): Part {
  const { query: { limit, sortBy } } = reading
  const rows = statements(db).rows(shapeOf(reading)).all(...parametersOf(reading), limit + 1)
  if (rows.length <= limit) return { rows, end: null }
  rows.pop()
  return { rows, end: positionOf(db, sortBy, rows.at(-1) ?? '') }
}

/** Reads the stored sort key of a title, because an earlier version may have made it with other Unicode tables. */
function positionOf (db: Db, sortBy: SortBy, row: string): Position {
  const pk = rowKey(row)
  if (sortBy === 'title') return { key: statements(db).titleKey.get(pk) ?? '', pk }
  const times: Record<typeof sortBy, string> = JSON.parse(rowJson(row))
  return { key: Date.parse(times[sortBy]), pk }
}

/** Rows that one page tests for conditions, or for copies. Above it the page ends with fewer rows than its limit, and a cursor. */
const MAX_TESTED_ROWS = 10_000

/** Returns the rows that a filter accepts: its few candidates, sorted, or those that a scan of the list finds. */
function readMatching (db: Db, reading: Reading, { candidateKeys, accepts }: ConversationFilter): Part {
  const { limit, conditions = {}, collapse } = reading.query
  const { row, scanned } = statements(db)
  const found = candidateKeys ? sortedPositions(db, reading, candidateKeys) : scanned(shapeOf(reading)).iterate(...parametersOf(reading))
  // The test for copies may run the same statement, which has to be done by then.
  const positions = candidateKeys && collapse ? [...found] : found
  const rows: string[] = []
  let end: Position | null = null
  let left = areTestedByRow(conditions) || collapse ? MAX_TESTED_ROWS : Infinity
  for (const [key, pk] of positions) {
    if (left-- === 0) return { rows, end }
    const isAccepted = accepts(pk)
    if (isAccepted && rows.length === limit) return { rows, end }
    if (isAccepted) rows.push(row.get(pk) ?? '')
    // Behind a full page the cursor stays at its last row.
    if (rows.length < limit || isAccepted) end = { key, pk }
  }
  return { rows, end: null }
}

/** Returns the positions of those of the conversations that the list has, in its order. */
function sortedPositions (db: Db, reading: Reading, keys: readonly number[]): Iterable<PositionColumns> {
  const { query: { isArchived }, tags, partitions, after } = reading
  const lists = [keys, partitions, archivedStates(isArchived)].map((list) => JSON.stringify(list))
  return statements(db).candidates(shapeOf(reading)).iterate(...lists, ...after ? [after.key, after.pk] : [], ...tags)
}

function shapeOf ({ query: { isArchived, sortBy, sortDirection, pinned }, tags, partitions, after }: Reading): PageShape {
  return { sortBy, sortDirection, pinned, tags: tags.length, sources: listSources(partitions, isArchived).length, paged: after !== null }
}

function parametersOf ({ query: { isArchived, pinned }, tags, partitions, after }: Reading) {
  return pageParameters({ sources: listSources(partitions, isArchived), pinned, tags, after })
}

/** Caches the statement of each shape. There are few shapes, and making the text takes longer than looking it up. */
function byShape <S> (prepare: (shape: PageShape) => S): (shape: PageShape) => S {
  const made = new Map<string, S>()
  return (shape) => {
    const { sortBy, sortDirection, pinned, tags, sources, paged } = shape
    const key = `${sortBy} ${sortDirection} ${pinned} ${tags} ${sources} ${paged}`
    const statement = made.get(key) ?? prepare(shape)
    made.set(key, statement)
    return statement
  }
}
