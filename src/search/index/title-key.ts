import { firstCodePoints } from '../../text.js'
import { fold } from './folding.js'

/** A cursor contains the sort key, and must fit into a URL. */
const MAX_KEY_CODE_POINTS = 256

/** What stands between the words of a title. Signs and symbols are kept. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}\p{S}\p{Co}#%&@]+/gu

const LEADING_ZEROS = /^0+(?=\d)/

/**
 * Returns the sort key of a title. Case, accents and punctuation make no difference, and letters are folded as in the
 * search. Numbers are preceded by the count of their digits, so they sort by value. Keys are compared by code point, so
 * each script keeps its order.
 */
export function titleKey (title: string): string {
  const key = fold(title).replace(BETWEEN_WORDS, ' ').trim().replace(/\d+/g, (digits) => {
    const number = digits.replace(LEADING_ZEROS, '')
    return String(Math.min(number.length, 99)).padStart(2, '0') + number
  })
  return firstCodePoints(key, MAX_KEY_CODE_POINTS)
}
