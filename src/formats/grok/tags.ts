import { type ContentPart, type JsonObject, type JsonValue } from '../kit/draft.js'
import { objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { showArtifacts } from '../kit/artifact-tags.js'
import { link, sourceOf } from '../kit/link.js'
import { replaceMarks } from '../kit/replace-bounded.js'
import { readMedia } from '../kit/media.js'
import { callPart, thinkPart } from '../kit/message-parts.js'

/** Elements end at their closing tag or with the text, so that a text full of opening ones is still read in one pass. */
const render = /<grok:render\b([^<>]*?)(?:\/>|>[\s\S]*?(?:<\/grok:render>|$))/g
const toolCard = /<xai:tool_usage_card>([\s\S]*?)(?:<\/xai:tool_usage_card>|$)/g

/**
 * An answer with what only Grok's renderer understands made readable: citation cards become links, pictures
 * placeholders, documents fenced blocks; cards that lead nowhere are left out.
 */
export function showCards (text: string, response: JsonObject): string {
  const cards = new Map(readCards(response.card_attachments_json).map((card) => [stringOf(card.id), card]))
  const titles = new Map([response.cited_web_search_results, response.web_search_results].flatMap(objectsOf).map(({ url, title }) => [stringOf(url), title]))
  return showArtifacts(replaceMarks(text, render, (attributes) => {
    const card = cards.get(/\bcard_id="([^"]*)"/.exec(attributes)?.[1] ?? null) ?? {}
    if (/\btype="render_\w*image"/.test(attributes)) return readMedia({ kind: 'image', name: stringOf(card.title) }).text
    const source = sourceOf({ url: card.url, title: stringOf(card.title) ?? titles.get(stringOf(card.url)) })
    return source === null ? '' : ` (${link(source)})`
  }))
}

/** The reasoning of an answer, and the calls of tools in it as parts of their own. */
export function readTrace (trace: JsonValue | undefined): ContentPart[] {
  const text = stringOf(trace) ?? ''
  const parts: ContentPart[] = []
  let from = 0
  for (const match of text.matchAll(toolCard)) {
    const card = match[1] ?? ''
    const name = inElement(card, 'xai:tool_name')
    parts.push(thinkPart(text.slice(from, match.index).trim()))
    if (name !== null) parts.push(callPart({ id: inElement(card, 'xai:tool_usage_card_id'), name, args: inElement(card, 'xai:tool_args') ?? '' }, null))
    from = match.index + match[0].length
  }
  return [...parts, thinkPart(text.slice(from).trim())]
}

function inElement (xml: string, name: string): string | null {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) return null
  const text = xml.slice(start + name.length + 2, end).trim()
  return stringOf(/^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(text)?.[1] ?? text)
}

/** Cards, each an object or its JSON as text. */
function readCards (cards: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(cards) ? cards : []).map((card) => {
    try {
      return objectOf(typeof card === 'string' ? JSON.parse(card) : card)
    } catch {
      return {}
    }
  })
}
