import type { Statement } from 'better-sqlite3'
import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'
import { type ConversationFilter, conversationFilter } from '../search/conversation-search.js'
import { decodeCursor, encodeCursor, listFingerprint, type Position } from './cursor.js'
import { amongSql, keyTypes, pageParameters, pageSql, type PageShape, walkSql } from './page-sql.js'
import { livePartitions } from './partitions.js'

/** What a list is sorted by; ties are broken by the conversation's key. */
export type SortBy = 'updatedAt' | 'createdAt' | 'title'

export interface ListQuery {
  isArchived: boolean
  /** Only pinned conversations; false means both. */
  pinned: boolean
  sortBy: SortBy
  sortDirection: 'asc' | 'desc'
  /** Conversations that carry any of these; empty means all. */
  tags: string[]
  /** 1 to 100. */
  limit: number
  cursor?: string
  /** What must be found in title and messages, see `search/query.ts`; blank means no search. */
  search?: string
}

/** A page of the list: each row the JSON text of a conversation without its `user`. */
export interface ListPage { rows: string[], nextCursor: string | null }

interface PageRow extends Position { json: string }

/** A list query with everything looked up that it names; \`limit\` counts the row that tells of a next page. */
interface Reading extends Omit<ListQuery, 'cursor' | 'search'> { partitions: number[], after: Position | null }

/**
 * One page of a user's conversations.
 * @throws {DomainError} INVALID_CURSOR; INVALID for a search of too many terms.
 */
export function listConversations (db: Db, userNo: number, { cursor, search = '', ...query }: ListQuery): ListPage {
  const { isArchived, pinned, sortBy, sortDirection, limit } = query
  const tags = [...new Set(query.tags)].sort()
  const fingerprint = listFingerprint(userNo, isArchived, pinned, sortBy, sortDirection, tags, search.trim())
  const after = cursor === undefined ? null : decodeCursor(cursor, fingerprint, keyTypes[sortBy])
  const partitions = livePartitions(db, userNo)
  if (partitions.length === 0) return { rows: [], nextCursor: null }

  const filter = conversationFilter(db, userNo, search)
  const reading = { ...query, tags, partitions, after, limit: limit + 1 }
  const rows = filter ? readMatching(db, reading, filter) : readPage(db, reading)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    rows: rows.slice(0, limit).map((row) => row.json),
    nextCursor: last ? encodeCursor(fingerprint, last) : null
  }
}

const json = prepared(({ $client: sqlite }: Db) =>
  sqlite.prepare<[number], string>('SELECT list_json FROM conversations WHERE pk = ?').pluck())

function readPage (db: Db, reading: Reading): PageRow[] {
  return statement<PageRow>(db, pageSql(shapeOf(reading))).all(...pageParameters(reading), reading.limit)
}

/** The rows that a search accepts: few enough to be put in order, or met on the way through the list. */
function readMatching (db: Db, reading: Reading, { among, accepts }: ConversationFilter): PageRow[] {
  const shape = shapeOf(reading)
  const { tags, partitions, isArchived, after } = reading
  const position = after ? [after.key, after.pk] : []
  const candidates = among
    ? statement<Position>(db, amongSql(shape)).iterate(JSON.stringify(among), JSON.stringify(partitions), Number(isArchived), ...position, ...tags)
    : statement<Position>(db, walkSql(shape)).iterate(...pageParameters(reading))
  const rows: PageRow[] = []
  for (const { key, pk } of candidates) {
    if (accepts(pk)) rows.push({ key, pk, json: json(db).get(pk) ?? '{}' })
    if (rows.length === reading.limit) break
  }
  return rows
}

function shapeOf ({ tags, partitions, after, ...query }: Reading): PageShape {
  return { query, tags: tags.length, partitions: partitions.length, paged: after !== null }
}

const statements = prepared(() => new Map<string, Statement<unknown[], unknown>>())

/** The statement of some SQL, prepared once; the shapes of pages are few. */
function statement <Row> (db: Db, sql: string): Statement<unknown[], Row> {
  const known = statements(db).get(sql) ?? db.$client.prepare(sql)
  statements(db).set(sql, known)
  // The columns are those the SQL names, which whoever made it knows.
  return known as Statement<unknown[], Row>
}
