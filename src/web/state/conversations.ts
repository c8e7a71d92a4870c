import { batch, computed, effect, signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { account } from '../api/session.js'
import { asFailure, type Failure, isAbort } from '../api/failure.js'
import type { ConversationRow } from '../api/types.js'
import { address, go, screen } from './address.js'

/*
 * The list of conversations: the pages that have been read so far, by the filter in use.
 */

/** Which conversations are listed, and how. */
export interface ListFilter {
  tag: string | null
  /** The format of an import. */
  source: string | null
  endpoint: string | null
  isArchived: boolean
  sortBy: 'updatedAt' | 'createdAt' | 'title'
}

/** The filter in use. It is read from the address of the list and stays while a conversation is open. */
export const filter = signal<ListFilter>(filterIn(new URLSearchParams(location.search)))

/** The rows read so far, without the pinned ones. */
export const rows = signal<ConversationRow[]>([])
/** The pinned conversations that pass the filter. */
export const pinnedRows = signal<ConversationRow[]>([])
/** The order of those rows: that of the filter, once its rows are here. */
export const rowsSortBy = signal<ListFilter['sortBy']>(filter.value.sortBy)
/** `loading` while there is nothing to show yet, `more` while a further page is read. */
export const listStatus = signal<'loading' | 'ready' | 'more' | 'failed'>('loading')
/** Why the list could not be read. */
export const listFailure = signal<Failure | null>(null)
/** Whether there is a further page. */
export const hasMore = computed(() => cursor.value !== null)

/** All rows in the order they are shown. */
export const shownRows = computed(() => [...pinnedRows.value, ...rows.value])

const PAGE_ROWS = 50
const MAX_PINNED_ROWS = 100
const cursor = signal<string | null>(null)
let reading = new AbortController()

/** The address of the list under a filter. */
export function listPath ({ tag, source, endpoint, isArchived, sortBy }: ListFilter): string {
  const parameters = new URLSearchParams()
  if (tag !== null) parameters.set('tag', tag)
  if (source !== null) parameters.set('source', source)
  if (endpoint !== null) parameters.set('endpoint', endpoint)
  if (isArchived) parameters.set('archived', 'true')
  if (sortBy !== 'updatedAt') parameters.set('sort', sortBy)
  return parameters.size > 0 ? `/?${parameters}` : '/'
}

/** Changes the filter, and the address where it shows it. */
export function changeFilter (changes: Partial<ListFilter>) {
  filter.value = { ...filter.value, ...changes }
  if (screen.value.name === 'list') go(listPath(filter.value), { replace: true })
}

/** Takes over the filter whenever the address of the list says one. */
export function followFilter () {
  effect(() => {
    if (screen.value.name !== 'list') return
    const wanted = filterIn(address.value.searchParams)
    if (listPath(wanted) !== listPath(filter.peek())) filter.value = wanted
  })
}

/** Reads the list from its beginning. What is shown stays until the new rows are there. */
export async function reloadList () {
  reading.abort()
  reading = new AbortController()
  const { signal } = reading
  const { sortBy } = filter.value
  if (rows.value.length === 0 && listStatus.value !== 'ready') listStatus.value = 'loading'
  try {
    const [first, pinned] = await Promise.all([page(null, signal), pinnedPage(signal)])
    batch(() => {
      pinnedRows.value = pinned
      rows.value = first.conversations.filter(({ pinned }) => !pinned)
      rowsSortBy.value = sortBy
      cursor.value = first.nextCursor
      listFailure.value = null
      listStatus.value = 'ready'
    })
  } catch (error) {
    fail(error)
  }
}

/** Reads the list again when somebody comes back to the tab. Further pages that were read stay as they are. */
export function followReturn () {
  document.addEventListener('visibilitychange', () => {
    const isWhole = listStatus.peek() === 'ready' && rows.peek().length <= PAGE_ROWS
    if (document.visibilityState === 'visible' && account.peek() && isWhole) reloadList()
  })
}

/** Reads the next page, unless one is being read or there is none. */
export async function loadMore () {
  if (listStatus.value !== 'ready' || cursor.value === null) return
  listStatus.value = 'more'
  try {
    const next = await page(cursor.value, reading.signal)
    const known = new Set(rows.value.map(({ conversationId }) => conversationId))
    rows.value = [...rows.value, ...next.conversations.filter(({ conversationId, pinned }) => !pinned && !known.has(conversationId))]
    cursor.value = next.nextCursor
    listStatus.value = 'ready'
  } catch (error) {
    fail(error)
  }
}

/** Empties the list, when nobody is signed in any more. */
export function clearList () {
  reading.abort()
  rows.value = []
  pinnedRows.value = []
  cursor.value = null
  listStatus.value = 'loading'
}

/** Shows a change of one conversation at once, where it belongs by the filter. */
export function showChange (id: string, changes: Partial<ConversationRow>) {
  const change = (list: ConversationRow[]) => list.map((row) => row.conversationId === id ? { ...row, ...changes } : row)
  const all = [...change(pinnedRows.value), ...change(rows.value)].filter(({ isArchived }) => isArchived === filter.value.isArchived)
  const pinned = all.filter((row) => row.pinned)
  const others = all.filter((row) => !row.pinned)
  pinnedRows.value = pinned
  // Who was unpinned goes back to its place in the order; the server's order is kept for all others.
  rows.value = changes.pinned === false && filter.value.sortBy !== 'title'
    ? others.toSorted((a, b) => b[sortKey()].localeCompare(a[sortKey()]))
    : others
}

/** Takes a conversation out of the list. */
export function hideRow (id: string) {
  rows.value = rows.value.filter(({ conversationId }) => conversationId !== id)
  pinnedRows.value = pinnedRows.value.filter(({ conversationId }) => conversationId !== id)
}

function sortKey () {
  return filter.value.sortBy === 'createdAt' ? 'createdAt' : 'updatedAt'
}

function query () {
  const { tag, source, endpoint, isArchived, sortBy } = filter.value
  return {
    isArchived: isArchived ? 'true' as const : 'false' as const,
    sortBy,
    sortDirection: sortBy === 'title' ? 'asc' as const : 'desc' as const,
    ...(tag !== null && { tags: [tag] }),
    ...(source !== null && { source }),
    ...(endpoint !== null && { endpoint })
  }
}

function page (cursor: string | null, signal: AbortSignal) {
  return result(api.GET('/api/convos', {
    params: { query: { ...query(), limit: String(PAGE_ROWS), ...(cursor !== null && { cursor }) } }, signal
  }))
}

async function pinnedPage (signal: AbortSignal) {
  const { conversations } = await result(api.GET('/api/convos', {
    params: { query: { ...query(), pinned: 'true', limit: String(MAX_PINNED_ROWS) } }, signal
  }))
  return conversations
}

function fail (error: unknown) {
  if (isAbort(error)) return
  listFailure.value = asFailure(error)
  listStatus.value = 'failed'
}

function filterIn (parameters: URLSearchParams): ListFilter {
  const sort = parameters.get('sort')
  return {
    tag: parameters.get('tag') || null,
    source: parameters.get('source') || null,
    endpoint: parameters.get('endpoint') || null,
    isArchived: parameters.get('archived') === 'true',
    sortBy: sort === 'title' || sort === 'createdAt' ? sort : 'updatedAt'
  }
}
