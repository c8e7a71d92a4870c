/** Characters that end a line or a column. */
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g

/**
 * Characters that no line of text needs: other control characters, halves of surrogate pairs, and bidirectional formatting
 * characters. The latter can make a text look like another one (Unicode TR 36).
 */
const UNWANTED = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu

/** A character that shows: neither space nor one that no font draws, such as a zero-width space. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u

/**
 * One line of clean text, trimmed and at most `maxCodePoints` long. Line breaks and tabs become one space, so that the
 * words beside them stay apart. Empty if nothing of it would show.
 */
export function cleanLine (text: string, maxCodePoints: number): string {
  const line = text.replace(LINE_BREAKS, ' ').replace(UNWANTED, '').trim()
  return VISIBLE.test(line) ? firstCodePoints(line, maxCodePoints).trimEnd() : ''
}

/** The beginning of a text, never cut inside a code point. */
export function firstCodePoints (text: string, count: number): string {
  if (text.length <= count) return text
  // A code point takes at most two UTF-16 units, so the rest of a long text need not be split.
  return [...text.slice(0, 2 * count)].slice(0, count).join('')
}

/** The beginning of a text of at most `count` UTF-16 units, never cut inside a code point. */
export function firstUnits (text: string, count: number): string {
  if (text.length <= count) return text
  const endsInside = /[\ud800-\udbff]/.test(text.charAt(count - 1))
  return text.slice(0, endsInside ? count - 1 : count)
}
