import { type ContentPart, type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { joinRendered, type Rendered } from '../kit/rendered.js'
import { kindOfType, readMedia, readMediaUrl } from '../kit/media.js'
import { readMessageContent, toolText } from '../kit/message-content.js'
import { readDetails } from './details.js'
import { callPart, errorPart, textPart, thinkPart } from '../kit/message-parts.js'
import { type CitedPage, readPages } from '../kit/citations.js'

/** The parts of a message in their order, and the media in them. */
export interface OpenWebUiContent { parts: ContentPart[], assets: JsonObject[] }

/**
 * What a message says. Newer versions keep an answer twice: as structured `output` and, rendered, in `content`. The
 * structure is read where both say the same. Else `content` is, which is what the user saw and may have edited.
 */
export function readContent (message: JsonObject, isCreatedByUser: boolean): OpenWebUiContent {
  const { content } = message
  if (Array.isArray(message.content_list) && !isCreatedByUser) return { parts: readPhases(objectsOf(message.content_list), stringOf(content) ?? ''), assets: [] }
  if (typeof content !== 'string') return readPartList(message)
  if (isCreatedByUser) return { parts: [textPart(content)], assets: [] }
  const rendered = readDetails(content)
  const output = readOutput(message.output)
  const thought = thinkPart(stringOf(message.reasoning_content))
  if (output.length === 0) return { parts: rendered.some(isThink) ? rendered : [thought, ...rendered], assets: [] }
  const isSame = squeezedText(rendered) === '' || squeezedText(output) === squeezedText(rendered)
  return { parts: isSame ? output : [...output.filter(isNoText), ...rendered.filter((part) => part.type === 'text')], assets: [] }
}

/** An answer of Qwen, which gives it by phases; `content`, where there is one, is the answer again. */
function readPhases (phases: readonly JsonObject[], content: string): ContentPart[] {
  const hasAnswer = phases.some(({ phase, content }) => phase === 'answer' && stringOf(content) !== null)
  const parts = phases.map(({ phase, content, extra }): ContentPart => {
    const text = stringOf(content)
    if (phase === 'think' || phase === 'thinking_summary') return thinkPart(text ?? itemText(objectOf(objectOf(extra).summary_thought).content))
    return phase === 'answer' || text === null ? textPart(text) : callPart({ id: null, name: stringOf(phase) ?? 'tool', args: '' }, text)
  })
  return hasAnswer ? parts : [...parts, ...readDetails(content)]
}

/** Runs of the code in an answer, which Open WebUI shows below it. */
export function readExecutions (message: JsonObject): ContentPart[] {
  return objectsOf(message.code_executions).map((execution) => {
    const { output, error } = objectOf(execution.result)
    const result = [output, error].map(stringOf).filter((text) => text !== null).join('\n')
    return callPart({ id: stringOf(execution.id), name: stringOf(execution.name) ?? 'code', args: toolText(execution.code) }, result)
  })
}

/** The error of a message, `{content}` or text. */
export function readError ({ error }: JsonObject): ContentPart {
  return errorPart(stringOf(error) ?? stringOf(objectOf(error).content) ?? stringOf(objectOf(error).message) ?? stringOf(objectOf(error).detail))
}

/** Placeholders for the files of a message. */
export function readFiles (message: JsonObject): Rendered {
  return joinRendered(objectsOf(message.files).map((file) => {
    const facts: JsonObject = { ...objectOf(objectOf(file.file).meta), ...objectOf(file.file), ...file }
    const name = stringOf(facts.name) ?? stringOf(facts.filename) ?? stringOf(facts.title)
    const mime = stringOf(facts.content_type) ?? stringOf(objectOf(facts.meta).content_type)
    const type = stringOf(facts.type) ?? 'file'
    const kind = type === 'file' || type === 'doc' ? kindOfType(mime) : type
    const { assets: [address] } = readMediaUrl(kind, facts.url ?? facts.id)
    const size = facts.size ?? objectOf(facts.meta).size
    return readMedia({
      kind,
      name,
      pointer: stringOf(address?.pointer),
      type: mime ?? stringOf(address?.type),
      bytes: typeof size === 'number' ? size : typeof address?.bytes === 'number' ? address.bytes : null
    })
  }))
}

/** The pages behind an answer, in the order that marks like `[1]` in its text count them. */
export function readSources (message: JsonObject): CitedPage[] {
  const pages = new Map<string, JsonObject>()
  for (const entry of objectsOf(message.sources ?? message.citations)) {
    const source = objectOf(entry.source)
    const details = objectsOf(entry.metadata)
    for (const detail of details.length > 0 ? details : [source]) {
      const id = stringOf(detail.source) ?? stringOf(source.id) ?? stringOf(source.url) ?? stringOf(source.name)
      if (id === null || pages.has(id)) continue
      const url = [detail.url, detail.source, source.url, source.name].map(stringOf).find((text) => text !== null && /^https?:/i.test(text))
      pages.set(id, { url, title: stringOf(detail.title) ?? stringOf(detail.name) ?? stringOf(source.name) ?? id })
    }
  }
  return readPages([...pages.values()])
}

function readPartList ({ content }: JsonObject): OpenWebUiContent {
  const { text, assets, thoughts, uses } = readMessageContent(content)
  return { parts: [...thoughts.map(thinkPart), ...uses.map((use) => callPart(use, null)), textPart(text)], assets }
}

function readOutput (output: JsonValue | undefined): ContentPart[] {
  const items = objectsOf(output)
  const results = new Map(items.filter(({ type }) => type === 'function_call_output').map((item) => [stringOf(item.call_id), itemText(item.output)]))
  const calls = new Set(items.filter(({ type }) => type === 'function_call').map(({ call_id: id }) => stringOf(id)))
  return items.flatMap((item): ContentPart[] => {
    const id = stringOf(item.call_id)
    switch (item.type) {
      case 'reasoning': return [thinkPart(itemText(item.content) || itemText(item.summary))]
      case 'function_call': return [callPart({ id, name: stringOf(item.name) ?? 'tool', args: toolText(item.arguments) }, results.get(id) ?? null)]
      case 'function_call_output': return calls.has(id) ? [] : [callPart({ id, name: 'tool', args: '' }, itemText(item.output))]
      case 'open_webui:code_interpreter': return [callPart({ id: stringOf(item.id), name: 'code_interpreter', args: toolText(item.code) }, toolText(item.output))]
    }
    return [textPart(itemText(item.content))]
  }).filter((part) => !(part.type === 'text' && part.text === '') && !(part.type === 'think' && part.think === ''))
}

/** The text of `[{type, text}]`, or text as it is. */
function itemText (items: JsonValue | undefined): string {
  if (typeof items === 'string') return items
  if (!Array.isArray(items)) return isObject(items) ? toolText(items) : ''
  return items.map((item) => stringOf(isObject(item) ? item.text : item)).filter((text) => text !== null).join('\n')
}

function squeezedText (parts: readonly ContentPart[]): string {
  return parts.map((part) => part.type === 'text' ? part.text : '').join('').replace(/\s+/g, '')
}

function isThink (part: ContentPart): boolean {
  return part.type === 'think'
}

function isNoText (part: ContentPart): boolean {
  return part.type !== 'text'
}
