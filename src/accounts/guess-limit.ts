import { setTimeout } from 'node:timers/promises'
import { DomainError } from '../errors.js'

/** Wrong passwords for one account within a window that cause no delay. */
const FREE_FAILURES = 10
const WINDOW_MS = 15 * 60_000

/** Further failures after which the delay doubles, up to `MAX_DELAY_MS`. */
const FAILURES_PER_DOUBLING = 5
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 8000

/** Delayed attempts for one account that may wait at once. So under attack at most one password a second is tried. */
const MAX_WAITING = 8

/** Accounts whose failures are counted at once. The oldest count is dropped first. */
const MAX_COUNTED = 100_000

interface Count { failures: number, since: number, waiting: number }

/**
 * Slows down guesses at the password of one account, from any number of addresses. The limit delays attempts and stores
 * nothing, so an attacker cannot lock the owner out. A browser that has signed in to the account before is counted
 * separately. Its mark is part of `subject`, see `known-browsers.ts`.
 */
export function createGuessLimit ({ wait = setTimeout }: { wait?: (ms: number) => Promise<unknown> } = {}) {
  const counts = new Map<string, Count>()

  /**
   * Runs a check of a password, delayed after earlier failures. `subject` names the account, and the browser if it is
   * known.
   * @throws {DomainError} TOO_MANY_REQUESTS when too many attempts wait; what the check throws.
   */
  async function attempt (subject: string, now: number, check: () => Promise<boolean>): Promise<boolean> {
    const count = countOf(subject, now)
    const delayMs = delayOf(count.failures)
    if (delayMs > 0) {
      if (count.waiting >= MAX_WAITING) throw new DomainError('TOO_MANY_REQUESTS', 'Many wrong passwords were tried; try again in some seconds')
      count.waiting++
      try {
        await wait(delayMs)
      } finally {
        count.waiting--
      }
    }
    // Counted before the check, so that simultaneous attempts do not all pass without a delay.
    count.failures++
    const isRight = await check()
    if (isRight) count.failures--
    return isRight
  }

  function countOf (subject: string, now: number): Count {
    const known = counts.get(subject)
    if (known && now - known.since < WINDOW_MS) return known
    const count = known ?? { failures: 0, since: now, waiting: 0 }
    Object.assign(count, { failures: 0, since: now })
    counts.delete(subject)
    counts.set(subject, count)
    const [oldest] = counts.size > MAX_COUNTED ? counts.keys() : []
    if (oldest !== undefined) counts.delete(oldest)
    return count
  }

  return { attempt }
}

/** What `createGuessLimit` returns. */
export type GuessLimit = ReturnType<typeof createGuessLimit>

function delayOf (failures: number) {
  if (failures < FREE_FAILURES) return 0
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.floor((failures - FREE_FAILURES) / FAILURES_PER_DOUBLING))
}
