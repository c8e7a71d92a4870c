import { type ContentPart, type JsonValue } from '../kit/draft.js'
import { toolText } from '../kit/message-content.js'
import { callPart, thinkPart } from '../kit/message-parts.js'
import { splitThinking } from '../kit/thinking-tags.js'

const attribute = /([\w-]{1,40})="([^"]*)"/g
const entity = /&(?:amp|lt|gt|quot|nbsp|#x27|#39);/g
const characters: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': ' ', '&#x27;': "'", '&#39;': "'" }

/**
 * An answer as Open WebUI stores it in one string, taken apart: reasoning and calls of tools are `<details>` elements
 * among the prose, their bodies and attributes escaped as HTML. Other `<details>` are the model's own prose. An
 * element that never ends reaches to the end of the text.
 */
export function readDetails (content: string): ContentPart[] {
  const parts: ContentPart[] = []
  let from = 0
  for (let start = content.indexOf('<details'); start >= 0;) {
    const bodyStart = content.indexOf('>', start) + 1
    if (bodyStart === 0) break
    const attributes = readAttributes(content.slice(start, bodyStart))
    const kind = attributes.get('type')
    const isOwn = kind === 'reasoning' || kind === 'tool_calls' || kind === 'code_interpreter'
    let next = bodyStart
    if (isOwn) {
      const close = content.indexOf('</details>', bodyStart)
      const bodyEnd = close < 0 ? content.length : close
      parts.push(...splitThinking(content.slice(from, start).trim()), readElement(kind, attributes, content.slice(bodyStart, bodyEnd)))
      from = next = close < 0 ? content.length : close + '</details>'.length
    }
    start = content.indexOf('<details', next)
  }
  return parts.length === 0 ? splitThinking(content) : [...parts, ...splitThinking(content.slice(from).trim())]
}

function readElement (kind: string, attributes: ReadonlyMap<string, string>, element: string): ContentPart {
  const body = decode(element.replace(/^\s*<summary>[^<]*<\/summary>/, '')).trim()
  if (kind === 'reasoning') return thinkPart(body.replace(/^> ?/gm, ''))
  const isTool = kind === 'tool_calls'
  const name = attributes.get('name') || (isTool ? 'tool' : kind)
  const args = isTool ? unquote(attributes.get('arguments') ?? '') : body
  const output = attributes.get(isTool ? 'result' : 'output') ?? (isTool ? body : '')
  return callPart({ id: attributes.get('id') || null, name, args }, output === '' ? null : unquote(output))
}

function readAttributes (tag: string): Map<string, string> {
  return new Map([...tag.matchAll(attribute)].map(([, name, value]) => [name ?? '', decode(value ?? '')]))
}

/** Arguments and results are JSON, and where they were text already, JSON in a JSON string. */
function unquote (json: string): string {
  if (!json.startsWith('"')) return json
  try {
    const value: JsonValue = JSON.parse(json)
    return toolText(value)
  } catch {
    return json
  }
}

function decode (html: string): string {
  return html.replace(entity, (name) => characters[name] ?? name)
}
