import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ImportEntry } from '../../src/formats/kit/draft.js'
import { openImport } from '../../src/imports/read-file.js'
import { random } from '../bench/data.js'
import { empty, oddsOf, pick, readable, unreadable } from './broken-chats.js'
import { chatgptEntry } from '../chatgpt-export.js'
import { importFile, newAccount, openDoors } from './import-client.js'
import { rowsByUser } from './import-rows.js'
import { compileInto, startServer } from '../server-process.js'

const SEEDS = 500
const CHATS = 1000
const IMPORTED_SEEDS = [1, 250, 500]

// Never broken itself, because there are copies of it.
const COPIED = 500

const damages = [
  ...Object.entries(readable).map(([name, damage]) => ({ name, damage, kind: 'conversation' as const })),
  ...Object.entries(unreadable).map(([name, damage]) => ({ name, damage, kind: 'failed' as const })),
  ...Object.entries(empty).map(([name, damage]) => ({ name, damage, kind: 'skipped' as const }))
]

interface Broken { name: string, kind: ImportEntry['kind'], json: string }

const turnsOf = (index: number) => Array.from({ length: 2 + index % 3 }, (_, n) => `What number ${n} says in chat ${index}`)
const soundEntry = (index: number) => chatgptEntry({ id: `c${index}`, turns: turnsOf(index) })

const next = random(1)
const odds = oddsOf(next, soundEntry(COPIED))
const chats = Array.from({ length: CHATS }, (_, index) => ({
  json: JSON.stringify(soundEntry(index)),
  said: turnsOf(index).join('\n'),
  // Made once, because making them takes as long as reading them does.
  broken: Array.from({ length: 8 }, (): Broken => {
    const { name, kind, damage } = pick(damages, next)
    const turns = turnsOf(index).map(() => `${odds.text()} ${index}`)
    return { name, kind, json: JSON.stringify(damage(chatgptEntry({ id: `c${index}`, turns }), odds)) }
  })
}))

function historyOf (seed: number) {
  const next = random(seed)
  const order = shuffled(next).filter((index) => index !== COPIED)
  const count = 1 + Math.floor(next() * order.length)
  const broken = new Map(order.slice(0, count).map((index) => [index, pick(chats[index]?.broken ?? [], next)]))
  return { broken, text: `[${chats.map(({ json }, index) => broken.get(index)?.json ?? json).join()}]` }
}

function shuffled (next: () => number) {
  const order = [...chats.keys()]
  for (const [index, value] of order.entries()) {
    const other = Math.floor(next() * (index + 1))
    order[index] = order[other] ?? value
    order[other] = value
  }
  return order
}

const folder = t.testdir({ scratch: {} })

async function read (text: string): Promise<ImportEntry[]> {
  const path = join(folder, 'conversations.json')
  writeFileSync(path, text)
  const reader = await openImport(path, { scratchDirectory: join(folder, 'scratch'), now: Date.UTC(2026, 0, 2) })
  return [...reader.entries()]
}

function losses (entries: ImportEntry[], broken: Map<number, Broken>): string[] {
  // By their ids, because of a sound conversation and its copy the first one is found, whichever that is.
  const said = new Map<string, string[]>()
  for (const entry of entries) {
    if (entry.kind !== 'conversation') continue
    const { sourceId, messages } = entry.conversation
    said.set(sourceId, [...said.get(sourceId) ?? [], messages.map(({ body }) => body.text).join('\n')])
  }
  return entries.flatMap((entry, at) => {
    const { index } = entry
    const damage = broken.get(index)
    if (index !== at) return `${at} is numbered ${index}`
    if (damage) return isKept(entry, damage) ? [] : `${index}, broken by ${damage.name}: ${damage.json} is ${JSON.stringify(entry)}`
    return said.get(`c${index}`)?.includes(chats[index]?.said ?? '') ? [] : `${index}, which was sound`
  })
}

function isKept (entry: ImportEntry, { kind, json }: Broken) {
  if (entry.kind !== 'conversation') return kind !== 'conversation' && entry.reason !== ''
  const { messages } = entry.conversation
  const said = JSON.stringify(messages.map(({ body }) => body.text))
  return (json.match(/[jklmnpqr]{8,}/g) ?? []).every((word) => said.includes(word))
}

t.test(`${SEEDS} damaged histories are read, with all that is sound and a report of the rest`, async (t) => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { broken, text } = historyOf(seed)
    const entries = await read(text)
    const kinds = { conversation: CHATS - broken.size, failed: 0, skipped: 0, unread: 0 }
    for (const { kind } of broken.values()) kinds[kind]++
    const found = { conversation: 0, failed: 0, skipped: 0, unread: 0 }
    for (const { kind } of entries) found[kind]++
    t.strictSame({ ...found, lost: losses(entries, broken).slice(0, 5) }, { ...kinds, lost: [] }, `seed ${seed}: ${broken.size} of ${CHATS} are broken`)
  }
})

t.test('an import reports what reading finds', async (t) => {
  const folder = t.testdir({})
  await compileInto(folder)
  const path = join(folder, 'data/parley.db')
  const server = await startServer(t, folder, { ...openDoors, DATABASE_PATH: path })
  for (const seed of IMPORTED_SEEDS) {
    const { text } = historyOf(seed)
    const headers = await newAccount(server.url, `seed-${seed}`)
    const { status, report } = await importFile(server.url, headers, text)
    const expected = reportOf(await read(text))
    t.equal(status, 201)
    t.match(report, expected)
    t.equal(report.errors.length, expected.errors.length)
    const stored = [...rowsByUser(path).values()].at(-1)
    t.match(stored?.conversations, { length: report.imported })
    t.match(stored?.messages, { length: report.messages })
  }
  t.equal(await server.stop('SIGTERM'), 0)
})

function reportOf (entries: ImportEntry[]) {
  // Conversations with one id become one, and so do their messages.
  const messages = new Map<string, Set<string>>()
  const errors: Array<{ index: number, reason: string }> = []
  const count = { conversation: 0, failed: 0, skipped: 0, unread: 0 }
  for (const entry of entries) {
    count[entry.kind]++
    if (entry.kind !== 'conversation') {
      errors.push({ index: entry.index, reason: entry.reason })
      continue
    }
    const { sourceId } = entry.conversation
    const known = messages.get(sourceId)
    if (known) errors.push({ index: entry.index, reason: 'It stands twice in this file; what the second copy adds was taken' })
    messages.set(sourceId, new Set([...known ?? [], ...entry.conversation.messages.map((message) => message.sourceId)]))
  }
  const total = [...messages.values()].reduce((sum, { size }) => sum + size, 0)
  const merged = count.conversation - messages.size
  return { format: 'chatgpt', imported: messages.size, skipped: count.skipped + merged, failed: count.failed, messages: total, errors }
}
