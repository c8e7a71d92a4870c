import { cleanLine, firstCodePoints } from '../text.js'

export const MAX_TITLE_CODE_POINTS = 1024

/** The title of a conversation that nobody has named. */
export const UNTITLED = 'New Chat'

/** Returns the title to store: one clean line, cut at `MAX_TITLE_CODE_POINTS`. May be empty. */
export function cleanTitle (title: string): string {
  return cleanLine(title, MAX_TITLE_CODE_POINTS)
}

/** A cursor contains the sort key, and must fit into a URL. */
const MAX_KEY_CODE_POINTS = 256

/**
 * Returns the sort key of a title. Case, accents and Unicode normalization make no difference. Keys are compared by code
 * point, so each script keeps its order.
 */
export function titleKey (title: string): string {
  const key = title.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase().normalize('NFC')
  return firstCodePoints(key, MAX_KEY_CODE_POINTS)
}
