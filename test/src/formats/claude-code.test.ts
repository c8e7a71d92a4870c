import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../../src/formats/kit/draft.js'
import { openImport } from '../../../src/imports/read-file.js'
import { zipOf } from '../../zip-of.js'
import { importTime } from './imported.js'

const prompt = (session: string, uuid: string, text: string): JsonObject => ({
  type: 'user', sessionId: session, uuid, parentUuid: null, timestamp: '2026-02-01T10:00:00Z', message: { role: 'user', content: text }
})
const summary = (text: string, leafUuid: string): JsonObject => ({ type: 'summary', summary: text, leafUuid })
const lines = (...objects: JsonObject[]) => objects.map((object) => JSON.stringify(object)).join('\n')

async function titlesIn (t: Test, files: Record<string, string>): Promise<string[]> {
  const directory = t.testdir({ scratch: {} })
  const path = join(directory, 'projects.zip')
  writeFileSync(path, await zipOf(files))
  const reader = await openImport(path, { scratchDirectory: join(directory, 'scratch'), now: importTime })
  return [...reader.entries()].flatMap((entry) => entry.kind === 'conversation' ? [entry.conversation.title] : [])
}

t.test('a title may stand in the file of another session, before it or after it', async (t) => {
  t.strictSame(await titlesIn(t, {
    'projects/loom/a.jsonl': lines(summary('Warp the beam', 'c1'), prompt('a', 'a1', 'Weave it'), prompt('a', 'a2', 'Again')),
    'projects/loom/b.jsonl': lines(summary('Weave the loom', 'a2'), prompt('b', 'b1', 'Dye it'), prompt('b', 'b2', 'Again')),
    'projects/loom/c.jsonl': lines(prompt('c', 'c1', 'Warp it'), prompt('c', 'c2', 'Again'))
  }), ['Weave the loom', 'Dye it', 'Warp the beam'])
})

t.test('a title in the file itself comes before one of another file', async (t) => {
  t.strictSame(await titlesIn(t, {
    'a.jsonl': lines(summary('Own', 'a1'), prompt('a', 'a1', 'Weave it'), prompt('a', 'a2', 'Again')),
    'b.jsonl': lines(summary('Of another', 'a1'), prompt('b', 'b1', 'Dye it'), prompt('b', 'b2', 'Again'))
  }), ['Own', 'Dye it'])
})
