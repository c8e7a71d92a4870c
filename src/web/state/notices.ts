import { signal } from '@preact/signals'
import { asFailure, type Failure, isAbort } from '../api/failure.js'

/** What the page tells in passing, at its foot and to screen readers. */
export interface Notice {
  id: number
  text: string
  failure: Failure | null
  /** Takes back what was done, where that can be. */
  undo: (() => void) | null
}

/** The notices that are shown, the newest last. */
export const notices = signal<Notice[]>([])

/** How long good news stays; bad news stays until it is put away. */
const SHOWN_MS = 5000
/** The same, where there is a button to find. */
const SHOWN_WITH_UNDO_MS = 10_000
let count = 0

/** Tells that something was done. With `undo` it offers to take it back. */
export function announce (text: string, undo: (() => void) | null = null) {
  const id = add({ text, failure: null, undo })
  setTimeout(() => dismiss(id), undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS)
}

/** Tells that something failed, with what a person needs to report it. */
export function announceFailure (thrown: unknown) {
  if (isAbort(thrown)) return
  const failure = asFailure(thrown)
  add({ text: failure.message, failure, undo: null })
}

/** Puts a notice away. */
export function dismiss (id: number) {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** Runs something a person asked for and tells when it fails. True when it was done. */
export async function attempt (run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return true
  } catch (error) {
    announceFailure(error)
    return false
  }
}

function add (notice: Omit<Notice, 'id'>) {
  const id = ++count
  notices.value = [...notices.value.slice(-2), { id, ...notice }]
  return id
}
