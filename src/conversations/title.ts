import { cleanLine } from '../text.js'

export const MAX_TITLE_CODE_POINTS = 1024

/** The title of a conversation that nobody has named. */
export const UNTITLED = 'New Chat'

/** Returns the title to store: one clean line, cut at `MAX_TITLE_CODE_POINTS`. May be empty. */
export function cleanTitle (title: string): string {
  return cleanLine(title, MAX_TITLE_CODE_POINTS)
}
