import type { Message } from '../api/types.js'

/*
 * What a message consists of, as the page shows it. The parts come from many services, so nothing is taken for granted.
 */

/** One part of a message. `index` is its place in `content`; null where the message is only text. */
export type Part =
  | { kind: 'text', text: string, index: number | null }
  | { kind: 'reasoning', text: string }
  | { kind: 'tool', name: string, input: string, output: string | null }
  | { kind: 'error', text: string }
  | { kind: 'file', file: FileFacts }

/** What is known of a file that a message names. */
export interface FileFacts { kind: 'image' | 'audio' | 'video' | 'file', name: string | null, bytes: number | null, type: string | null }

/** A page a message cites. */
export interface Source { url: string, title: string }

/** The parts of a message in their order. */
export function partsOf (message: Pick<Message, 'text' | 'content' | 'files' | 'attachments' | 'metadata'>): Part[] {
  const { content = [], text } = message
  const parts = content.length > 0 ? content.map(readPart) : text === '' ? [] : [{ kind: 'text' as const, text, index: null }]
  const files = [...message.files ?? [], ...message.attachments ?? [], ...objects(message.metadata?.assets)].map(readFile)
  return [...parts, ...unique(files).map((file): Part => ({ kind: 'file', file }))]
}

/** All that is said in a message, as Markdown: what is copied and what is found. */
export function textOf (message: Pick<Message, 'text' | 'content'>): string {
  const texts = (message.content ?? []).flatMap((part) => part.type === 'text' ? [string(part.text) ?? ''] : [])
  return texts.length > 0 ? texts.join('\n\n') : message.text
}

/** Everything a search in the conversation looks through: also reasoning, tools and the names of files. */
export function searchableOf (message: Message): string {
  return partsOf(message).map((part) => {
    switch (part.kind) {
      case 'tool': return `${part.name}\n${part.input}\n${part.output ?? ''}`
      case 'file': return part.file.name ?? ''
      default: return part.text
    }
  }).join('\n\n')
}

/** The pages a message cites, those that can be opened. */
export function sourcesOf ({ metadata }: Pick<Message, 'metadata'>): Source[] {
  return objects(metadata?.sources).flatMap((source) => {
    const url = string(source.url) ?? ''
    return /^https?:\/\//i.test(url) ? [{ url, title: string(source.title) ?? url }] : []
  })
}

function readPart (part: { type: string, [member: string]: unknown }, index: number): Part {
  if (part.type === 'text') return { kind: 'text', text: string(part.text) ?? string(object(part.text).value) ?? '', index }
  if (part.type === 'think') return { kind: 'reasoning', text: string(part.think) ?? '' }
  if (part.type === 'error') return { kind: 'error', text: string(part.error) ?? '' }
  if (part.type === 'tool_call') {
    const call = object(part.tool_call)
    return { kind: 'tool', name: string(call.name) ?? '', input: asText(call.args), output: call.output === undefined || call.output === null ? null : asText(call.output) }
  }
  return { kind: 'file', file: readFile({ ...part, ...object(part[part.type]) }) }
}

function readFile (facts: Record<string, unknown>): FileFacts {
  const type = string(facts.mime_type) ?? (string(facts.type)?.includes('/') ? string(facts.type) : null)
  const word = `${string(facts.kind) ?? ''} ${type ?? ''} ${string(facts.type) ?? ''}`
  const bytes = [facts.bytes, facts.size, facts.file_size].find((value) => typeof value === 'number')
  return {
    kind: (['image', 'audio', 'video'] as const).find((kind) => word.includes(kind)) ?? 'file',
    name: string(facts.name) ?? string(facts.filename) ?? string(facts.file_name) ?? null,
    bytes: typeof bytes === 'number' ? bytes : null,
    type
  }
}

/** Exports often name a file twice. */
function unique (files: FileFacts[]): FileFacts[] {
  const seen = new Set<string>()
  return files.filter((file) => {
    const key = file.name ?? JSON.stringify(file)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function asText (value: unknown): string {
  const text = string(value)
  if (text === null) return value === undefined ? '' : JSON.stringify(value, null, 2)
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : text
  } catch {
    return text
  }
}

function string (value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function object (value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function objects (value: unknown): Array<Record<string, unknown>> {
  return Array.isArray(value) ? value.map(object) : []
}
