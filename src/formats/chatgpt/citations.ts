import { EntryError, type JsonObject, type JsonValue } from '../kit/draft.js'
import { numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { maxMessageBytes } from '../kit/message-body.js'
import { label, link, type Source, sourceOf } from '../kit/link.js'

/**
 * The marks in ChatGPT's prose that only its own renderer understands: `【3†source】` (2023-24), U+E200 … U+E201 (2025 on),
 * such a mark cut off before its end, a bare anchor, stray marks. Each alternative delimits itself, so one linear pass
 * finds them all.
 */
const marks = /【[^【】]*】|\uE200[^\uE200\uE201]*\uE201|\uE200[a-z_]+(?=\uE202)|\uE202turn\d+[a-z_]+\d+|[\uE200-\uE206]/g

/**
 * A reader for the texts of one message, which turns their citation marks into Markdown links and removes
 * private-use marks that lead nowhere. A `【…】` that no citation explains stays as it is: it may be the writer's own.
 *
 * Marks are recognised by their own text where the metadata spells it. The offsets of `metadata.citations` count code
 * points, JavaScript counts UTF-16 units, and the two drift apart after the first emoji. So an offset is tried both ways,
 * and used only where a mark begins.
 *
 * The reader throws an {@link EntryError} when the links alone exceed what one message may hold.
 */
export function citationReader (metadata: JsonObject): (text: string) => string {
  const cited = citationsByOffset(metadata)
  const referenced = replacementsByMark(metadata)
  const found = sourcesByAnchor(metadata)
  let linked = 0

  function replace (mark: string, offset: number, codePoints: number): string {
    const replacement = mark.startsWith('【')
      ? cited.get(codePoints) ?? cited.get(offset) ?? referenced.get(mark) ?? mark
      : referenced.get(mark) ?? plainMark(mark, found)
    // A short mark repeated over a long text could stand for terabytes of links.
    linked += Math.max(0, replacement.length - mark.length)
    if (linked > maxMessageBytes) throw new EntryError('A message is larger than 16 MiB')
    return replacement
  }

  return (text) => {
    let codePoints = 0
    let counted = 0
    return text.replace(marks, (mark, offset: number) => {
      codePoints += countCodePoints(text.slice(counted, offset))
      counted = offset
      const replacement = replace(mark, offset, codePoints)
      return startsLink(replacement) && !endsWithSpace(text, offset) ? ` ${replacement}` : replacement
    })
  }
}

/** The pages a message's searches found, whether or not its text cites them, without duplicates. */
export function searchSources (metadata: JsonObject): Source[] {
  const sources = searchEntries(metadata).map(sourceOf).filter((source) => source !== null)
  return [...new Map(sources.map((source) => [source.url, source])).values()]
}

function citationsByOffset (metadata: JsonObject): Map<number, string> {
  const cited = new Map<number, string>()
  for (const citation of objectsOf(metadata.citations)) {
    const start = numberOf(citation.start_ix)
    const replacement = citationText(citation)
    if (start !== null && replacement !== null) cited.set(start, replacement)
  }
  return cited
}

function replacementsByMark (metadata: JsonObject): Map<string, string> {
  const replacements = new Map<string, string>()
  for (const reference of objectsOf(metadata.content_references)) {
    addReplacement(replacements, stringOf(reference.matched_text), referenceText(reference))
  }
  for (const citation of objectsOf(metadata.citations)) {
    addReplacement(replacements, citationMark(citation), citationText(citation))
  }
  return replacements
}

function addReplacement (replacements: Map<string, string>, mark: string | null, replacement: string | null) {
  if (mark !== null && replacement !== null && !replacements.has(mark)) replacements.set(mark, replacement)
}

function citationText (citation: JsonObject): string | null {
  const details = objectOf(citation.metadata)
  const source = sourceOf(details)
  if (source !== null) return `(${link(source)})`
  const title = stringOf(details.title) ?? stringOf(details.name)
  return title === null ? null : `(${label(title)})`
}

/** The mark a citation of 2023-24 stands for, e.g. `【3:0†source】`. */
function citationMark (citation: JsonObject): string | null {
  const { cited_message_idx: message, search_result_idx: result, evidence_text: evidence } = objectOf(objectOf(citation.metadata).extra)
  if (typeof message !== 'number' || typeof evidence !== 'string') return null
  return typeof result === 'number' ? `【${message}:${result}†${evidence}】` : `【${message}†${evidence}】`
}

/** Links to the reference's pages, else its own plain spelling, else null. */
function referenceText (reference: JsonObject): string | null {
  const items = [...objectsOf(reference.items), ...objectsOf(reference.fallback_items), ...objectsOf(reference.sources)]
  const shown = [...objectsOf(reference.products), ...objectsOf(reference.images).map(({ image_result: result }) => objectOf(result))]
  const pages = [reference, ...shown, ...items.flatMap((item) => [item, ...objectsOf(item.supporting_websites)])]
  const sources = pages.map(sourceOf).filter((source) => source !== null)
  if (sources.length > 0) {
    const links = new Map(sources.map((source) => [source.url, link(source)]))
    return `(${[...links.values()].join(', ')})`
  }
  const alt = stringOf(reference.alt)
  if (alt !== null && !/\]\s*[([:]/.test(alt)) return alt
  const title = stringOf(reference.title) ?? stringOf(reference.name)
  return title === null ? null : `(${label(title)})`
}

/** What a mark without reference still says: a search anchor its page, an entity, a product, a list or a link its name. */
function plainMark (mark: string, found: Map<string, Source>): string {
  const [kind = '', ...fields] = mark.replace(/[\uE200\uE201]/g, '').split('\uE202')
  if (kind === 'entity') return entityName(fields.join(''))
  if (kind === 'url') return fields[0] ?? ''
  if (kind === 'products') return productNames(fields.join(''))
  const sources = fields.map((anchor) => found.get(anchor)).filter((source) => source !== undefined)
  if (sources.length === 0) return kind === 'navlist' ? fields[0] ?? '' : ''
  return `(${sources.map(link).join(', ')})`
}

/** The names in a products mark's `{"selections":[["turn0product1","name"]]}`. */
function productNames (json: string): string {
  try {
    const { selections } = objectOf(JSON.parse(json))
    return (Array.isArray(selections) ? selections : []).map((selection) => Array.isArray(selection) ? stringOf(selection[1]) : null).filter((name) => name !== null).join(', ')
  } catch {
    return ''
  }
}

/** The name in an entity mark's `["kind","name","description"]`. */
function entityName (json: string): string {
  try {
    const fields: JsonValue = JSON.parse(json)
    return Array.isArray(fields) ? stringOf(fields[1]) ?? '' : ''
  } catch {
    return ''
  }
}

/** The pages found by searches under the anchors the text uses for them, e.g. `turn0search1`. */
function sourcesByAnchor (metadata: JsonObject): Map<string, Source> {
  const found = new Map<string, Source>()
  for (const entry of searchEntries(metadata)) {
    const source = sourceOf(entry)
    const { turn_index: turn, ref_type: type, ref_index: index } = objectOf(entry.ref_id)
    if (source !== null && typeof turn === 'number' && typeof type === 'string' && typeof index === 'number') {
      found.set(`turn${turn}${type}${index}`, source)
    }
  }
  return found
}

function searchEntries (metadata: JsonObject): JsonObject[] {
  return objectsOf(metadata.search_result_groups).flatMap((group) => objectsOf(group.entries))
}

function startsLink (replacement: string): boolean {
  return replacement.startsWith('(')
}

function endsWithSpace (text: string, offset: number): boolean {
  return offset === 0 || /\s/.test(text.charAt(offset - 1))
}

function countCodePoints (text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    if (isTrail(text.charCodeAt(i)) && isLead(text.charCodeAt(i - 1))) count--
  }
  return count
}

function isLead (unit: number): boolean {
  return unit >= 0xD800 && unit < 0xDC00
}

function isTrail (unit: number): boolean {
  return unit >= 0xDC00 && unit < 0xE000
}
