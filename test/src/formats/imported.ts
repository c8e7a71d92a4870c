import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { ImportEntry, JsonValue, ReadyConversation } from '../../../src/formats/kit/draft.js'
import { openImport } from '../../../src/imports/read-file.js'
import { packageRoot } from '../../../src/paths.js'

/** When the imports of these tests happen, unless they say otherwise. */
export const importTime = Date.UTC(2026, 0, 2)

/** A JSON file of test/fixtures/imports, e.g. `mistral/chat.json`. */
export function fixture (name: string): JsonValue {
  return JSON.parse(readFileSync(join(packageRoot, 'test/fixtures/imports', name), 'utf8'))
}

/** What the import reader makes of a file with this JSON in it: detection, format and normalization together. */
export async function imported (t: Test, json: JsonValue, now = importTime) {
  const directory = t.testdir({ 'upload.json': JSON.stringify(json), scratch: {} })
  const reader = await openImport(join(directory, 'upload.json'), { scratchDirectory: join(directory, 'scratch'), now })
  const entries = [...reader.entries()]
  return { entries, conversations: entries.flatMap(conversationOf), formats: reader.formats }
}

/** The only conversation of a file. */
export async function importedOne (t: Test, json: JsonValue, now = importTime): Promise<ReadyConversation> {
  const { entries, conversations: [conversation, ...others] } = await imported(t, json, now)
  if (conversation === undefined || others.length > 0) throw new Error(`not one conversation: ${JSON.stringify(entries)}`)
  return conversation
}

/** What a conversation says of itself, without its messages and what is computed from them. */
export function facts ({ messages, fingerprint, versionAt, contentHash, ...facts }: ReadyConversation) {
  return facts
}

/** Each message as `[id, parent, milliseconds after \`start\`, sender, model, text]`. */
export function rows ({ messages }: ReadyConversation, start: number) {
  return messages.map(({ sourceId, parent, createdAt, body }) => [sourceId, parent, createdAt - start, body.sender, body.model, body.text])
}

/** Each message as `text<text of its parent`, one after the other. */
export function shape ({ messages }: ReadyConversation): string {
  return messages.map(({ body, parent }) => `${body.text}<${messages[parent]?.body.text ?? ''}`).join(' ')
}

function conversationOf (entry: ImportEntry): ReadyConversation[] {
  return entry.kind === 'conversation' ? [entry.conversation] : []
}
