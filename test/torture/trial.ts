/** What a trial gets. */
export interface TrialOptions {
  /** How often it does what it does. */
  count: number
  /** Numbers in [0, 1), the same for the same seed. */
  next: () => number
  /** An empty folder of its own. */
  folder: string
}

/** One kind of torture. */
export interface Trial {
  /** Counts when all is run, and in the small run of CI. */
  counts: { full: number, small: number }
  /** Programs that it needs beside Node. */
  tools?: string[]
  /** Returns what it saw, as one line. @throws when something does not hold. */
  run (options: TrialOptions): Promise<string>
}

const WORDS = 'time year people way day man thing woman life child world school state family student group country problem'.split(' ')

/** A text of some words. */
export function someText (next: () => number, words = 4 + Math.floor(next() * 40)): string {
  return Array.from({ length: words }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ')
}
