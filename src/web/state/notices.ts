import { signal } from '@preact/signals'
import { asFailure, type Failure, isAbort } from '../api/failure.js'

/** What the page tells in passing, at its foot and to screen readers. */
export interface Notice { id: number, text: string, failure: Failure | null }

/** The notices that are shown, the newest last. */
export const notices = signal<Notice[]>([])

/** How long good news stays; bad news stays until it is put away. */
const SHOWN_MS = 5000
let count = 0

/** Tells that something was done. */
export function announce (text: string) {
  const id = add(text, null)
  setTimeout(() => dismiss(id), SHOWN_MS)
}

/** Tells that something failed, with what a person needs to report it. */
export function announceFailure (thrown: unknown) {
  if (isAbort(thrown)) return
  const failure = asFailure(thrown)
  add(failure.message, failure)
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

function add (text: string, failure: Failure | null) {
  const id = ++count
  notices.value = [...notices.value.slice(-2), { id, text, failure }]
  return id
}
