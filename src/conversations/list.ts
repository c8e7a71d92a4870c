import type { Statement } from 'better-sqlite3'
import type { Db } from '../db/open.js'
import { prepared } from '../db/prepared.js'
import { decodeCursor, encodeCursor, listFingerprint, type Position } from './cursor.js'
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
}

/** A page of the list: each row the JSON text of a conversation without its `user`. */
export interface ListPage { rows: string[], nextCursor: string | null }

interface PageRow { key: number | string, pk: number, json: string }
type PageStatement = Statement<unknown[], PageRow>

const sortColumns = {
  updatedAt: { column: 'updated_at', index: 'updated', keyType: 'number' },
  createdAt: { column: 'created_at', index: 'created', keyType: 'number' },
  title: { column: 'title_key', index: 'title', keyType: 'string' }
} as const

/**
 * One page of a user's conversations.
 * @throws {DomainError} INVALID_CURSOR.
 */
export function listConversations (db: Db, userNo: number, query: ListQuery): ListPage {
  const { isArchived, pinned, sortBy, sortDirection, limit, cursor } = query
  const tags = [...new Set(query.tags)].sort()
  const fingerprint = listFingerprint(userNo, isArchived, pinned, sortBy, sortDirection, tags)
  const after = cursor === undefined ? null : decodeCursor(cursor, fingerprint, sortColumns[sortBy].keyType)
  const partitions = livePartitions(db, userNo)
  if (partitions.length === 0) return { rows: [], nextCursor: null }

  const rows = pageStatement(db, { query, tags: tags.length, partitions: partitions.length, paged: after !== null })
    .all(...sources(partitions, tags, Number(isArchived), pinned, after), limit + 1)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    rows: rows.slice(0, limit).map((row) => row.json),
    nextCursor: last ? encodeCursor(fingerprint, last) : null
  }
}

interface PageShape { query: ListQuery, tags: number, partitions: number, paged: boolean }

const cachedStatements = prepared(() => new Map<string, PageStatement>())

function pageStatement (db: Db, shape: PageShape): PageStatement {
  const { sortBy, sortDirection, pinned } = shape.query
  const name = [sortBy, sortDirection, pinned, shape.tags, shape.partitions, shape.paged].join()
  const statements = cachedStatements(db)
  const known = statements.get(name)
  if (known) return known
  const made: PageStatement = db.$client.prepare(pageSql(shape))
  statements.set(name, made)
  return made
}

/**
 * Every source below is read in index order, so a page costs its own rows however many there are: SQLite merges
 * the ordered sources of a compound select without collecting them first.
 */
export function pageSql (shape: PageShape): string {
  return shape.tags > 0 && !shape.query.pinned ? taggedPageSql(shape) : plainPageSql(shape)
}

/** Pinned conversations are few, so with tags too they are walked and their tags looked up. */
function plainPageSql ({ query, tags, partitions, paged }: PageShape) {
  const { column, index, order, beyond } = sorting(query, paged)
  const tagged = tags === 0
    ? ''
    : `AND EXISTS (SELECT 1 FROM conversation_tags t
    WHERE t.conversation_pk = pk AND t.tag IN (${placeholders(tags)}))`
  const source = `SELECT ${column} AS key, pk, list_json AS json
    FROM conversations INDEXED BY conversations_${query.pinned ? 'pinned_' : ''}${index}
    WHERE partition_no = ? AND is_archived = ? ${query.pinned ? 'AND pinned = 1' : ''} ${beyond(column, 'pk')} ${tagged}`
  return `${Array(partitions).fill(source).join(' UNION ALL ')} ORDER BY ${order('key', 'pk')} LIMIT ?`
}

/** A conversation with two of the tags comes from two sources; UNION merges it into one. */
function taggedPageSql ({ query, tags, partitions, paged }: PageShape) {
  const { column, index, order, beyond } = sorting(query, paged)
  const source = `SELECT ${column} AS key, conversation_pk AS pk, partition_no, is_archived
    FROM conversation_tags INDEXED BY conversation_tags_${index}
    WHERE partition_no = ? AND tag = ? AND is_archived = ? ${beyond(column, 'conversation_pk')}`
  const page = `${Array(partitions * tags).fill(source).join(' UNION ')} ORDER BY ${order('key', 'pk')} LIMIT ?`
  return `SELECT p.key, p.pk, c.list_json AS json FROM (${page}) p CROSS JOIN conversations c INDEXED BY conversations_${index}
    ON c.partition_no = p.partition_no AND c.is_archived = p.is_archived AND c.${column} = p.key AND c.pk = p.pk
    ORDER BY ${order('p.key', 'p.pk')}`
}

function sorting ({ sortBy, sortDirection }: ListQuery, paged: boolean) {
  const { column, index } = sortColumns[sortBy]
  const operator = sortDirection === 'asc' ? '>' : '<'
  return {
    column,
    index,
    order: (key: string, pk: string) => `${key} ${sortDirection}, ${pk} ${sortDirection}`,
    beyond: (key: string, pk: string) => paged ? `AND (${key}, ${pk}) ${operator} (?, ?)` : ''
  }
}

/** The parameters of `pageSql`, source by source. */
function sources (partitions: number[], tags: string[], archived: number, pinned: boolean, after: Position | null) {
  const position = after ? [after.key, after.pk] : []
  if (tags.length === 0 || pinned) return partitions.flatMap((no) => [no, archived, ...position, ...tags])
  return partitions.flatMap((no) => tags.flatMap((tag) => [no, tag, archived, ...position]))
}

function placeholders (count: number) {
  return Array(count).fill('?').join()
}
