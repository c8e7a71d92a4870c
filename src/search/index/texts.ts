/**
 * The fields of a message's body that are searched. Clients define the shapes of their values, so these are not checked.
 */
export interface SearchableBody {
  text: string
  content?: readonly object[]
  files?: readonly object[]
  attachments?: readonly object[]
}

/**
 * Members of a tool call that are indexed, on the call itself or in one of `CALL_KINDS`. The APIs name them differently.
 */
const CALL_MEMBERS = ['name', 'args', 'arguments', 'input', 'output', 'outputs']
const OUTPUT_MEMBERS = new Set(['output', 'outputs'])
const CALL_KINDS = ['function', 'code_interpreter']

/**
 * UTF-8 bytes of each tool output that are indexed. Logs and listings are stored whole, but their later parts are rarely
 * searched.
 */
const MAX_OUTPUT_BYTES = 16 * 1024

/** Members of an attached file that hold its name or its text. */
const FILE_MEMBERS = ['filename', 'name', 'text', 'extracted_content', 'content']

const encoder = new TextEncoder()

/** Names of members that hold ids. */
const idName = /^(?:uu)?ids?$|_(?:uu)?ids?$|[a-z](?:Uu)?Ids?$/

/**
 * Returns the texts of a message that are searched, without duplicates. These are text and thoughts, names, input and
 * output of tools (the first 16 KiB of each output), and names and texts of files. For JSON it returns the values, but no
 * ids.
 */
export function messageTexts (body: SearchableBody): string[] {
  const parts = (body.content ?? []).map(partTexts)
  const said = isRepeated(body, parts) ? [] : [body.text]
  const files = [...body.files ?? [], ...body.attachments ?? []].flatMap(fileTexts)
  return [...new Set([...said, ...parts.flat(), ...files])].filter((text) => text !== '')
}

/** Whether `text` only repeats the text parts, joined. */
function isRepeated ({ text, content = [] }: SearchableBody, parts: string[][]) {
  const texts = parts.filter((_, index) => member(content[index], 'type') === 'text').flat()
  return texts.length > 0 && ['', '\n', '\n\n'].some((separator) => texts.join(separator) === text)
}

function partTexts (part: object): string[] {
  switch (member(part, 'type')) {
    case 'text': return plainText(member(part, 'text'))
    case 'think': return plainText(member(part, 'think'))
    case 'tool_call': return callTexts(member(part, 'tool_call'))
  }
  return []
}

/** Returns a plain string, or the `value` of an object as the Assistants API writes it. */
export function plainText (value: unknown): string[] {
  const text = typeof value === 'string' ? value : member(value, 'value')
  return typeof text === 'string' ? [text] : []
}

function callTexts (call: unknown): string[] {
  const places = [call, ...CALL_KINDS.map((kind) => member(call, kind))]
  return places.flatMap((place) => CALL_MEMBERS.flatMap((name) => {
    const texts = name === 'name' ? plainText(member(place, name)) : jsonTexts(member(place, name))
    return OUTPUT_MEMBERS.has(name) ? firstBytes(texts) : texts
  }))
}

/** Returns the first `MAX_OUTPUT_BYTES` of the texts. The last one is cut between two characters. */
function firstBytes (texts: readonly string[]): string[] {
  const room = new Uint8Array(MAX_OUTPUT_BYTES)
  const kept: string[] = []
  let used = 0
  for (const text of texts) {
    if (used >= MAX_OUTPUT_BYTES) break
    const { read, written } = encoder.encodeInto(text, room.subarray(used))
    kept.push(read === text.length ? text : text.slice(0, read))
    used += written
    if (read < text.length) break
  }
  return kept
}

function fileTexts (file: object): string[] {
  return FILE_MEMBERS.flatMap((name) => plainText(member(file, name)))
}

/** Returns the strings and numbers in a JSON value or a JSON text. Returns any other text unchanged. */
function jsonTexts (value: unknown): string[] {
  const texts: string[] = []
  const left: unknown[] = [typeof value === 'string' ? parsed(value) : value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string' || typeof next === 'number') texts.push(String(next))
    if (!isObject(next)) continue
    const members = Array.isArray(next) ? next : Object.entries(next).filter(([name]) => !idName.test(name)).map(([, inner]) => inner)
    left.push(...members.filter((inner) => inner !== undefined).reverse())
  }
  return texts
}

function parsed (text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function member (value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
