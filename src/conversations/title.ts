/** Longest title, in code points. */
export const MAX_TITLE = 1024

/** The title of a conversation that nobody has named. */
export const UNTITLED = 'New Chat'

/** A title as it is stored: without control characters and lone surrogates, trimmed, at most `MAX_TITLE` code points. */
export function cleanTitle (title: string) {
  const clean = title.replace(/[\p{Cc}\p{Cs}]/gu, '').trim()
  if (clean.length <= MAX_TITLE) return clean
  return [...clean].slice(0, MAX_TITLE).join('').trimEnd()
}

/** Longest sort key, in code points; cursors carry the key, and a cursor has to fit a URL. */
const MAX_KEY = 256

/**
 * What a title sorts by: the same for upper and lower case, with and without accents, and for the several ways
 * Unicode spells a letter. Compared by code point, it keeps each script in its own order.
 */
export function titleKey (title: string) {
  const key = title.normalize('NFKD').replace(/\p{Mn}/gu, '').toLowerCase().normalize('NFC')
  return key.length <= MAX_KEY ? key : [...key].slice(0, MAX_KEY).join('')
}
