import { cleanLine, firstCodePoints } from '../text.js'

export const MAX_TITLE_CODE_POINTS = 1024

/** The title of a conversation that nobody has named. */
export const UNTITLED = 'New Chat'

/** A title as it is stored, wherever it comes from: one clean line, cut at `MAX_TITLE_CODE_POINTS`. May be empty. */
export function cleanTitle (title: string): string {
  return cleanLine(title, MAX_TITLE_CODE_POINTS)
}

/** A cursor carries the sort key, and has to fit a URL. */
const MAX_KEY_CODE_POINTS = 256

/**
 * What a title sorts by: the same for upper and lower case, with and without accents, and for the several ways in which
 * Unicode spells a letter. Keys are compared by code point, so each script keeps its own order.
 */
export function titleKey (title: string): string {
  const key = title.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase().normalize('NFC')
  return firstCodePoints(key, MAX_KEY_CODE_POINTS)
}
