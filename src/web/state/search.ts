import { computed, effect, signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { asFailure, type Failure, isAbort } from '../api/failure.js'
import type { ConversationRow, FoundMessage } from '../api/types.js'
import { address, go, screen, searched } from './address.js'
import { announceFailure } from './notices.js'

/*
 * The search beside the reader. What is searched for stands in the address, so that a found conversation can be
 * opened, left and linked without losing it.
 */

/** What was found so far. */
export interface Found {
  conversations: ConversationRow[]
  messages: FoundMessage[]
  nextCursor: string | null
  /** How many messages have any of the words, when none has all. */
  anyCount: number
  /** The words that were searched instead of misspelled ones. */
  correctedSearch: string | undefined
  /** The share of conversations that a search finds already, while the index is made again. */
  indexedShare: number | undefined
}

/** What stands in the search field, also before it is searched for. */
export const searchText = signal(searched.peek())
/** What was found; null before the first answer. */
export const found = signal<Found | null>(null)
/** How the search stands. */
export const searchStatus = signal<'idle' | 'loading' | 'ready' | 'more' | 'failed'>('idle')
/** Why it failed. */
export const searchFailure = signal<Failure | null>(null)
/** Whether the best come first, and not the newest. */
export const isRanked = signal(false)
/** The search that looks for any of its words. Others look for all. */
export const anyWordSearch = signal('')
/** Whether the search is what the side shows. */
export const isSearching = computed(() => searched.value !== '' || screen.value.name === 'search')

/** Long enough that typing a word is one search, short enough to feel immediate. */
const DEBOUNCE_MS = 160
const MAX_CONVERSATIONS = 5
const PAGE_MESSAGES = 25

let waiting: ReturnType<typeof setTimeout> | undefined
let searching = new AbortController()

/** Takes what was typed, and searches when typing pauses. */
export function typeSearch (text: string) {
  searchText.value = text
  clearTimeout(waiting)
  waiting = setTimeout(submitSearch, DEBOUNCE_MS)
}

/** Searches for what stands in the field, at once. */
export function submitSearch () {
  clearTimeout(waiting)
  const query = searchText.value.trim()
  if (query === searched.value) return
  const url = new URL(address.value)
  if (query === '') url.searchParams.delete('q')
  else url.searchParams.set('q', query)
  if (!['search', 'conversation'].includes(screen.value.name)) go(`/search?q=${encodeURIComponent(query)}`)
  else go(url.href, { replace: true })
}

/** Leaves the search. */
export function endSearch () {
  clearTimeout(waiting)
  searchText.value = ''
  const url = new URL(address.value)
  url.searchParams.delete('q')
  go(screen.value.name === 'search' ? '/' : url.href, { replace: screen.value.name !== 'search' })
}

/** Runs the search of the address whenever that changes. */
export function followSearch () {
  let last = ''
  effect(() => {
    const query = searched.value
    if (query !== last) searchText.value = query
    last = query
    search(query, { isRanked: isRanked.value, isAnyWord: anyWordSearch.value === query })
  })
}

/** Reads more found messages. */
export async function searchMore () {
  const current = found.peek()
  if (!current?.nextCursor || searchStatus.peek() !== 'ready') return
  searchStatus.value = 'more'
  try {
    const { messages, nextCursor } = await messagePage(searched.peek(), ways(), current.nextCursor)
    found.value = { ...current, messages: [...current.messages, ...messages], nextCursor }
  } catch (error) {
    // What was found stays. Another search has a status of its own.
    if (isAbort(error)) return
    announceFailure(error)
  }
  searchStatus.value = 'ready'
}

/** Searches again, after a failure. */
export function searchAgain () {
  return search(searched.peek(), ways())
}

/** Changes the text of the search, and searches at once. */
export function changeSearch (text: string) {
  searchText.value = text
  submitSearch()
}

/** How a search is run beside its text. */
interface Ways { isRanked: boolean, isAnyWord: boolean }

function ways (): Ways {
  return { isRanked: isRanked.peek(), isAnyWord: anyWordSearch.peek() === searched.peek() }
}

async function search (query: string, ways: Ways) {
  searching.abort()
  searching = new AbortController()
  if (query === '') {
    found.value = null
    searchStatus.value = 'idle'
    return
  }
  searchStatus.value = 'loading'
  try {
    const [list, { messages, nextCursor, anyCount = 0, correctedSearch = list.correctedSearch, indexedShare }] =
      await Promise.all([conversationPage(query, ways), messagePage(query, ways, null)])
    found.value = { conversations: list.conversations, messages, nextCursor, anyCount, correctedSearch, indexedShare }
    searchFailure.value = null
    searchStatus.value = 'ready'
  } catch (error) {
    fail(error)
  }
}

function conversationPage (search: string, { isRanked, isAnyWord }: Ways) {
  return result(api.GET('/api/convos', {
    params: {
      query: {
        search,
        limit: String(MAX_CONVERSATIONS),
        // As messages are, unless the search says otherwise.
        archived: 'any',
        ...(isAnyWord && { match: 'any' as const }),
        ...(isRanked && { sortBy: 'relevance' as const })
      }
    },
    signal: searching.signal
  }))
}

function messagePage (search: string, { isRanked, isAnyWord }: Ways, cursor: string | null) {
  return result(api.GET('/api/messages', {
    params: {
      query: {
        search,
        pageSize: String(PAGE_MESSAGES),
        ...(isAnyWord && { match: 'any' as const }),
        ...(isRanked && { sort: 'relevance' as const }),
        ...(cursor !== null && { cursor })
      }
    },
    signal: searching.signal
  }))
}

function fail (error: unknown) {
  if (isAbort(error)) return
  searchFailure.value = asFailure(error)
  searchStatus.value = 'failed'
}
