import type { Position } from '../paging/cursor.js'
import type { ListQuery } from './list-shape.js'

/** What the SQL text of a page depends on: its order, and how many parameters of each kind it takes. */
export interface PageShape extends Pick<ListQuery, 'sortBy' | 'sortDirection' | 'pinned'> {
  tags: number
  /** Pairs of a partition and a state of `is_archived`. */
  sources: number
  paged: boolean
}

interface PageParameters extends Pick<ListQuery, 'tags' | 'pinned'> { sources: Source[], after: Position | null }

/** A partition, and a state of `is_archived`. */
export type Source = [partitionNo: number, isArchived: number]

/** The states of `is_archived` that a list shows. */
export function archivedStates (isArchived: boolean | null): number[] {
  return isArchived === null ? [0, 1] : [Number(isArchived)]
}

/** What a list is read from. */
export function listSources (partitions: number[], isArchived: boolean | null): Source[] {
  return partitions.flatMap((no) => archivedStates(isArchived).map((state): Source => [no, state]))
}

const sortColumns = {
  updatedAt: { column: 'updated_at', index: 'updated' },
  createdAt: { column: 'created_at', index: 'created' },
  title: { column: 'title_key', index: 'title' },
  archivedAt: { column: 'archived_at', index: 'archived' }
} as const

/** The type of the sort key in a cursor. */
export const keyTypes = { updatedAt: 'number', createdAt: 'number', title: 'string', archivedAt: 'number' } as const

/**
 * Selects a page. The first column is the row (`list-row.ts`), the last parameter is the limit. Each source is read in the
 * order of its index, and SQLite merges ordered sources without collecting them, so a page costs only its own rows.
 */
export function pageSql (shape: PageShape): string {
  return `${sourcesSql(shape, 'list_row,')} ${LIMIT}`
}

/** Selects the sort keys and keys of the same rows in the same order, without LIMIT. The caller stops when it has enough. */
export function scanSql (shape: PageShape): string {
  return sourcesSql(shape, '')
}

/** For the `+ 0` see `db/prepared.ts`. */
const LIMIT = 'LIMIT ? + 0'

/**
 * Selects the same for a few candidates, which are looked up by their keys and sorted. Parameters: the keys and the
 * partitions and the states of `is_archived`, each as a JSON array, then the position and the tags.
 */
export function candidatesSql (shape: PageShape): string {
  const { column, order, beyond } = sorting(shape)
  return `SELECT ${column} AS key, pk FROM conversations NOT INDEXED
    WHERE pk IN (SELECT value FROM json_each(?)) AND partition_no IN (SELECT value FROM json_each(?))
      AND is_archived IN (SELECT value FROM json_each(?)) ${shape.pinned ? 'AND pinned = 1' : ''} ${beyond(column, 'pk')} ${tagged(shape.tags)}
    ORDER BY ${order('key', 'pk')}`
}

/** What a source selects before its keys. */
type Row = '' | 'list_row,'

/** SQLite joins at most 500 SELECTs (sqlite.org/limits.html, "Maximum Number Of Terms In A Compound SELECT Statement"). */
const MAX_SELECTS = 500

function sourcesSql (shape: PageShape, row: Row) {
  return isReadByTags(shape) ? taggedSql(shape, row) : plainSql(shape, row)
}

/**
 * Whether the indexes of tags are read. Otherwise the list is scanned and the tags of each conversation are looked up.
 * Pinned conversations are few, and many tags in many partitions would be too many SELECTs.
 */
function isReadByTags ({ tags, sources, pinned }: Pick<PageShape, 'tags' | 'sources' | 'pinned'>) {
  return tags > 0 && !pinned && tags * sources <= MAX_SELECTS
}

function plainSql (shape: PageShape, row: Row) {
  const { column, index, order, beyond } = sorting(shape)
  const { tags, sources, pinned } = shape
  const source = `SELECT ${row} ${column} AS key, tie AS pk
    FROM conversations INDEXED BY conversations_${pinned ? 'pinned_' : ''}${index}
    WHERE partition_no = ? AND is_archived = ? ${partial(shape)} ${beyond(column, 'tie')} ${tagged(tags)}`
  return `${Array(sources).fill(source).join(' UNION ALL ')} ORDER BY ${order('key', 'pk')}`
}

/** The conditions of partial indexes, which SQLite uses only for a query that repeats them to the letter. */
function partial ({ sortBy, pinned }: PageShape) {
  return `${sortBy === 'archivedAt' ? 'AND is_archived = 1' : ''} ${pinned ? 'AND pinned = 1' : ''}`
}

function tagged (tags: number) {
  return tags === 0
    ? ''
    : `AND EXISTS (SELECT 1 FROM conversation_tags t
    WHERE t.conversation_pk = tie AND t.tag IN (${Array(tags).fill('?').join()}))`
}

/**
 * A conversation with two of the tags comes from two sources, and UNION removes the duplicate. UNION compares whole rows, so
 * ORDER BY names every column; only then is the order that of the index.
 */
function taggedSql (shape: PageShape, row: Row) {
  const { column, index, order, beyond } = sorting(shape)
  const source = `SELECT ${row} ${column} AS key, conversation_pk AS pk FROM conversation_tags INDEXED BY conversation_tags_${index}
    WHERE partition_no = ? AND tag = ? AND is_archived = ? ${partial(shape)} ${beyond(column, 'conversation_pk')}`
  const last = row === '' ? '' : `, list_row ${shape.sortDirection}`
  return `${Array(shape.sources * shape.tags).fill(source).join(' UNION ')} ORDER BY ${order('key', 'pk')}${last}`
}

function sorting ({ sortBy, sortDirection, paged }: PageShape) {
  const { column, index } = sortColumns[sortBy]
  const operator = sortDirection === 'asc' ? '>' : '<'
  return {
    column,
    index,
    order: (key: string, pk: string) => `${key} ${sortDirection}, ${pk} ${sortDirection}`,
    beyond: (key: string, pk: string) => paged ? `AND (${key}, ${pk}) ${operator} (?, ?)` : ''
  }
}

/** The parameters of `pageSql`, without its limit, and of `scanSql`: source by source. */
export function pageParameters ({ sources, tags, pinned, after }: PageParameters): unknown[] {
  const position = after ? [after.key, after.pk] : []
  if (!isReadByTags({ tags: tags.length, sources: sources.length, pinned })) return sources.flatMap((source) => [...source, ...position, ...tags])
  return sources.flatMap(([no, flag]) => tags.flatMap((tag) => [no, tag, flag, ...position]))
}
