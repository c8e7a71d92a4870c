import { type JsonObject } from '../kit/draft.js'
import { numberOf, objectOf, stringOf } from '../kit/json-value.js'
import { link, sourceOf } from '../kit/link.js'

/** A word is rarely longer, and a step past a whole text for each citation would take forever. */
const longestStep = 24

/**
 * The text with links to the pages it cites, each behind the words that rest on it. `titles` names pages by address.
 * Offsets may count code points where JavaScript counts UTF-16 units, so a link never lands inside a character or an
 * English word, where a wrong offset would do the most harm.
 */
export function withCitations (text: string, citations: readonly JsonObject[], titles: ReadonlyMap<string, string>): string {
  const links = new Map<number, Set<string>>()
  for (const citation of citations) {
    const { url, title } = { ...citation, ...objectOf(citation.details) }
    const source = sourceOf({ url, title: stringOf(title) ?? titles.get(stringOf(url) ?? '') })
    if (source === null) continue
    const end = wordEnd(text, numberOf(citation.end_index) ?? text.length)
    links.set(end, (links.get(end) ?? new Set()).add(link(source)))
  }
  let from = 0
  const pieces = [...links].sort(([a], [b]) => a - b).map(([end, cited]) => {
    const piece = `${text.slice(from, end)} (${[...cited].join(', ')})`
    from = end
    return piece
  })
  return [...pieces, text.slice(from)].join('')
}

/** The place itself, the end of a word or character that is under way there, or that of the word before blanks. */
function wordEnd (text: string, offset: number): number {
  let end = Math.min(Math.max(Math.trunc(offset), 0), text.length)
  const unit = text.charCodeAt(end)
  if (unit >= 0xDC00 && unit < 0xE000) end++
  for (let i = 0; i < longestStep && /\s/.test(text.charAt(end - 1)); i++) end--
  if (!/\w/.test(text.charAt(end - 1))) return end
  for (let i = 0; i < longestStep && /\w/.test(text.charAt(end)); i++) end++
  return end
}
