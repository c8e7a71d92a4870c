import type { ContentPart, JsonObject, JsonValue } from './draft.js'
import { objectOf } from './json-value.js'
import type { StoredFields } from './stored.js'

/** One part of a message as exports for people write it. */
export type WrittenPart =
  | { kind: 'text' | 'reasoning' | 'error', text: string }
  | { kind: 'tool', id: string | null, name: string, input: string, output: string | null }
  | { kind: 'file', name: string, type: string }

/** The parts of a message in their order: its content, or its text where it has none, then the files it names. */
export function writtenParts ({ text, content = [], files = [], attachments = [] }: StoredFields): WrittenPart[] {
  const parts: WrittenPart[] = content.length > 0 ? content.map(readPart) : [{ kind: 'text', text }]
  const named = new Map([...files, ...attachments].map((file) => [nameOf(file), readFile('file', file)]))
  return [...parts.filter((part) => !('text' in part) || part.text !== ''), ...named.values()]
}

/** The visible text of a message, as Markdown. */
export function visibleText (body: StoredFields): string {
  return writtenParts(body).flatMap((part) => part.kind === 'text' ? [part.text] : []).join('\n\n')
}

function readPart (part: ContentPart): WrittenPart {
  const members: JsonObject = { ...part }
  switch (part.type) {
    case 'text': return { kind: 'text', text: textOf(members.text) ?? textOf(objectOf(members.text).value) ?? '' }
    case 'think': return { kind: 'reasoning', text: textOf(members.think) ?? '' }
    case 'error': return { kind: 'error', text: textOf(members.error) ?? '' }
    case 'tool_call': return readCall(objectOf(members.tool_call))
  }
  return readFile(part.type, { ...members, ...objectOf(members[part.type]) })
}

function readCall ({ id, name, args, output }: JsonObject): WrittenPart {
  return { kind: 'tool', id: textOf(id), name: textOf(name) ?? 'tool', input: asText(args), output: output === undefined || output === null ? null : asText(output) }
}

function readFile (type: string, file: JsonObject): WrittenPart {
  return { kind: 'file', name: nameOf(file), type }
}

function nameOf (file: JsonObject): string {
  return textOf(file.name) ?? textOf(file.filename) ?? textOf(file.file_name) ?? textOf(file.file_id) ?? ''
}

function asText (value: JsonValue | undefined): string {
  return textOf(value) ?? (value === undefined || value === null ? '' : JSON.stringify(value))
}

function textOf (value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
