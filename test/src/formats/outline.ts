import { basename } from 'node:path'
import type { Test } from 'tap'
import type { ContentPart, ImportEntry, ReadyConversation } from '../../../src/formats/kit/draft.js'
import { openImport } from '../../../src/imports/read-file.js'

/** When these imports happen: later than any time in a fixture. */
const now = Date.UTC(2035, 0, 1)

/** Everything the reader finds in a file under its own name. */
export async function entriesIn (t: Test, path: string): Promise<{ entries: ImportEntry[], formats: string[] }> {
  const reader = await openImport(path, { scratchDirectory: t.testdir({}), now, fileName: basename(path) })
  return { entries: [...reader.entries()], formats: reader.formats }
}

/**
 * What was read, for people: a line for each conversation, message, part of a message that is not its text, and thing
 * that was not read. `2<1` is message 2 below message 1.
 */
export function outlineOf (entries: readonly ImportEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'conversation') return conversationLines(entry.conversation)
    return [`${entry.kind} ${entry.kind === 'unread' ? entry.name : entry.title ?? entry.index}: ${entry.reason}`]
  })
}

function conversationLines (conversation: ReadyConversation): string[] {
  const { source, title, endpoint, model, createdAt, tags, pinned, isArchived, settings } = conversation
  const dated = createdAt > now - 1000 ? 'undated' : new Date(createdAt).toISOString()
  const facts = [source, endpoint, model ?? 'no model', dated, ...(pinned ? ['pinned'] : []), ...(isArchived ? ['archived'] : []), ...tags.map((tag) => `tag ${tag}`)]
  const prompt = typeof settings.promptPrefix === 'string' ? [`  system: ${settings.promptPrefix}`] : []
  return [`"${title}" (${facts.join(', ')})`, ...prompt, ...conversation.messages.flatMap(({ body, parent }, index) => [
    `  ${index}${parent < 0 ? '' : `<${parent}`} ${body.sender}${body.unfinished ? ' (unfinished)' : ''}${body.error ? ' (error)' : ''}: ${JSON.stringify(body.text)}`,
    ...(body.content ?? []).filter(({ type }) => type !== 'text').map((part) => `    ${partLine(part)}`)
  ])]
}

function partLine (part: ContentPart): string {
  if (part.type !== 'tool_call') return `${part.type}: ${JSON.stringify('think' in part ? part.think : 'error' in part ? part.error : part)}`
  const { name, args, output }: Record<string, unknown> = Object(part.tool_call)
  return `call ${String(name)} ${String(args)} -> ${String(output ?? 'nothing')}`
}
