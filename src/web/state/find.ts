/*
 * Finding words in texts as a reader does: upper case and accents do not matter. Pure.
 */

/** A place in a text, in UTF-16 units. */
export interface Place { start: number, end: number }

/** The words and "phrases in quotes" of a query that are to be marked; excluded ones (`-word`) are left out. */
export function termsOf (query: string): string[] {
  const found = query.matchAll(/(-?)(?:["“”„‟«»]([^"“”„‟«»]*)["“”„‟«»]?|(\S+))/gu)
  const terms = [...found].filter(([, minus]) => minus === '').map(([, , phrase, word]) => fold(phrase ?? word?.replace(/\*$/, '') ?? '').text.trim())
  return [...new Set(terms)].filter((term) => term !== '')
}

/** Every place where one of the terms stands, in order, none within another. */
export function placesOf (text: string, terms: readonly string[]): Place[] {
  const folded = fold(text)
  const places: Place[] = []
  for (const term of terms) {
    for (let at = folded.text.indexOf(term); at >= 0; at = folded.text.indexOf(term, at + term.length)) {
      places.push({ start: folded.origin(at), end: folded.origin(at + term.length) })
    }
  }
  places.sort((a, b) => a.start - b.start || b.end - a.end)
  return places.filter((place, index) => index === 0 || place.start >= (places[index - 1]?.end ?? 0))
}

/** Whether any of the terms stands in the text. */
export function isFoundIn (text: string, terms: readonly string[]): boolean {
  const folded = fold(text).text
  return terms.some((term) => folded.includes(term))
}

interface Folded {
  text: string
  /** Where a place of the folded text is in the original. */
  origin (index: number): number
}

/** Lower case without accents. */
function fold (original: string): Folded {
  // Plain texts, which most are, keep their places.
  if (/^[\0-\x7f]*$/.test(original)) return { text: original.toLowerCase(), origin: (index) => index }
  let text = ''
  const origins: number[] = []
  for (const { segment, index } of characters(original)) {
    const plain = segment.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase()
    for (let unit = 0; unit < plain.length; unit++) origins.push(index)
    text += plain
  }
  return { text, origin: (index) => origins[index] ?? original.length }
}

function * characters (text: string) {
  let index = 0
  for (const segment of text) {
    yield { segment, index }
    index += segment.length
  }
}
