import { computed, signal } from '@preact/signals'

/*
 * Where one is. Everything worth a link is in the address: the conversation, the branch, the message, the search.
 */

/** The address as it stands in the browser. */
export const address = signal(new URL(location.href))

/** The screens of the page. */
export type Screen =
  | { name: 'list' }
  | { name: 'conversation', id: string }
  | { name: 'search' }
  | { name: 'import' }
  | { name: 'settings', section: string | null }
  | { name: 'password' }
  | { name: 'unknown' }

/** Which screen the address stands for. */
export const screen = computed<Screen>(() => screenAt(address.value.pathname))

/** What is searched for; empty for nothing. A conversation opened from a search keeps it. */
export const searched = computed(() => address.value.searchParams.get('q') ?? '')

/** The message the address points at. */
export const targetMessage = computed(() => /^#m-(.+)$/.exec(decoded(address.value.hash))?.[1] ?? null)

/** Changes the address without loading anything. `replace` leaves no step to go back to. */
export function go (to: string, { replace = false } = {}) {
  const url = new URL(to, location.href)
  if (url.href === address.value.href) return
  if (replace) history.replaceState(history.state, '', url)
  else history.pushState(null, '', url)
  const isOtherScreen = url.pathname !== address.value.pathname
  address.value = url
  if (isOtherScreen) scrollTo({ top: 0, behavior: 'instant' })
}

/** Browsers refuse steps that follow each other too fast. */
const KEEP_PLACE_MS = 400
let keeping: ReturnType<typeof setTimeout> | undefined

/** Keeps the message somebody is at in the step of the history, so that a reload and a way back lead there. */
export function keepPlace (messageId: string) {
  clearTimeout(keeping)
  const { href } = address.peek()
  keeping = setTimeout(() => { if (location.href === href) history.replaceState({ place: messageId }, '') }, KEEP_PLACE_MS)
}

/** The message somebody was at in this step of the history. */
export function keptPlace (): string | null {
  const place: unknown = history.state?.place
  return typeof place === 'string' ? place : null
}

/** The address of a conversation. */
export function conversationPath (id: string, { leaf, message, query }: { leaf?: string | null, message?: string | null, query?: string } = {}): string {
  const parameters = new URLSearchParams()
  if (query) parameters.set('q', query)
  if (leaf) parameters.set('leaf', leaf)
  const search = parameters.size > 0 ? `?${parameters}` : ''
  return `/c/${encodeURIComponent(id)}${search}${message ? `#m-${encodeURIComponent(message)}` : ''}`
}

/** Follows the browser's own steps, and makes links within the page change the address only. */
export function followAddress () {
  // A conversation is not there yet when the browser would scroll to where somebody was; see `keepPlace`.
  history.scrollRestoration = 'manual'
  addEventListener('popstate', () => { address.value = new URL(location.href) })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.target || link.download || link.origin !== location.origin) return
    if (link.getAttribute('href')?.startsWith('#')) return
    if (screenAt(link.pathname).name === 'unknown') return
    event.preventDefault()
    go(link.href)
  })
}

/** A part of an address without its percent signs. One that is mistyped stays as it is. */
function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function screenAt (path: string): Screen {
  const [, first = '', second] = path.split('/')
  if (first === '') return { name: 'list' }
  if (first === 'c' && second) return { name: 'conversation', id: decoded(second) }
  if (first === 'search' && !second) return { name: 'search' }
  if (first === 'import' && !second) return { name: 'import' }
  if (first === 'password' && !second) return { name: 'password' }
  if (first === 'settings') return { name: 'settings', section: second || null }
  return { name: 'unknown' }
}
