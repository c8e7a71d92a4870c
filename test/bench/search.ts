import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands } from '../../src/commands.js'
import type { ListQuery } from '../../src/conversations/list-shape.js'
import { listConversations } from '../../src/conversations/list.js'
import type { Db } from '../../src/db/connection.js'
import { openReader, openWriter } from '../../src/db/open.js'
import { saveMessage } from '../../src/messages/save.js'
import { conversationFilter } from '../../src/search/find/conversations.js'
import { searchMessages } from '../../src/search/find/messages.js'
import { mergeSearch } from '../../src/search/index/commands.js'
import { countSegments } from '../../src/search/index/merge.js'
import { inlineWriter } from '../../src/writer/inline.js'
import { random } from './data.js'
import { median, percentile, result, type Result } from './report.js'
import { addUser, ideograph, messageText, words } from './search-data.js'

/** Messages in all, of which the first user has a fifth; more take accordingly longer. */
const MESSAGES = Number(process.env.BENCH_SEARCH_MESSAGES ?? 100_000)
/** As many as the index's size is promised for: the fewer messages a user has, the less often each entry for a word pays. */
const MANY = 1_000_000
const USERS = 1000
const GIANT = MESSAGES / 5
const OTHERS = Math.round(MESSAGES * 0.8 / (USERS - 1) / 20) * 20
/** Single messages that make the index a live one, and after how many of them housekeeping comes by. */
const APPENDS = Math.round(MESSAGES * 0.03)
const TENDED = 64
/** Different searches of each kind, and how often each is timed unless it takes more milliseconds than that. */
const QUERIES = 30
const REPEATED = 3
const SLOW = 20

const next = random(11)
const between = (low: number, high: number) => low + Math.floor(next() * (high - low))
const ranked = (low: number, high: number) => words[between(low, high)] ?? ''
const longWord = (low: number, high: number, letters: number): string => {
  const found = ranked(low, high)
  return found.length >= letters ? found : longWord(low, high, letters)
}

/** A search of each kind; words by their rank, so the first is in nearly every message and the 45,000th in few. */
const cases: Record<string, () => string> = {
  'common word': () => ranked(0, 20),
  'frequent word': () => ranked(60, 200),
  'medium word': () => ranked(1000, 4000),
  'rare word': () => ranked(20_000, 50_000),
  'absent word': () => `${ranked(0, 5000)}xq`,
  'prefix of 4': () => `${longWord(150, 4000, 5).slice(0, 4)}*`,
  'prefix of 6': () => `${longWord(500, 20_000, 7).slice(0, 6)}*`,
  'phrase, common': () => `"${ranked(0, 20)} ${ranked(0, 20)}"`,
  'phrase, rare': () => `"${ranked(0, 20)} ${ranked(1000, 4000)}"`,
  'one ideograph': ideograph,
  'two ideographs': () => ideograph() + ideograph(),
  'two words, common': () => `${ranked(0, 20)} ${ranked(60, 200)}`,
  'two words, mixed': () => `${ranked(0, 20)} ${ranked(1000, 4000)}`,
  'three words': () => `${ranked(60, 200)} ${ranked(200, 1000)} ${ranked(1000, 4000)}`
}

const list: ListQuery = { isArchived: false, pinned: false, sortBy: 'updatedAt', sortDirection: 'desc', tags: [], limit: 25 }

/** One page of a search, and the cursor of the one after. */
type Search = (db: Db, userNo: number, search: string, cursor: string | null) => string | null

const searches: Record<string, Search> = {
  conversations: (db, userNo, search, cursor) =>
    listConversations(db, userNo, { ...list, search, ...(cursor !== null && { cursor }) }, conversationFilter).nextCursor,
  messages: (db, userNo, search, cursor) =>
    searchMessages(db, userNo, { search, pageSize: 25, ...(cursor !== null && { cursor }) }).nextCursor
}

/** Searches among many messages of many users: every kind, the first page and the twentieth, on a merged index and a live one. */
export default async function search (): Promise<Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  try {
    return await measure(join(directory, 'search.db'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function measure (path: string): Promise<Result[]> {
  const db = openWriter(path)
  const reader = openReader(path)
  const writer = inlineWriter(db, commands)
  let bytes = addUser(db, 1, GIANT)
  for (let no = 2; no <= USERS / 10; no++) bytes += addUser(db, no, OTHERS)
  optimize(db)
  const alone = latencies(reader, searches.conversations)
  for (let no = USERS / 10 + 1; no <= USERS; no++) bytes += addUser(db, no, OTHERS)
  const built = optimize(db)

  const among = latencies(reader, searches.conversations)
  const results = [
    result([built / bytes], { what: 'search index', against: 'text', ...(MESSAGES >= MANY && { atMost: 0.9 }) }),
    ...figures('conversations, merged', among, 10),
    ...figures('messages, merged', latencies(reader, searches.messages), 10),
    ...growth(alone, among)
  ]
  for (let count = 0; count < APPENDS; count += TENDED) {
    for (let one = 0; one < TENDED; one++) await append(writer)
    await mergeSearch(writer)
  }
  results.push(
    result([countSegments(db)], { what: `segments after ${APPENDS} single messages` }),
    ...figures('conversations, live', latencies(reader, searches.conversations), 15),
    ...figures('messages, live', latencies(reader, searches.messages), 15))
  reader.$client.close()
  await writer.close()
  return results
}

/** Writes the index as one segment; answers its bytes. */
function optimize ({ $client: sqlite }: Db) {
  sqlite.exec('INSERT INTO search (search) VALUES (\'optimize\')')
  sqlite.pragma('wal_checkpoint(TRUNCATE)')
  return Number(sqlite.prepare('SELECT sum(length(block)) FROM search_data').pluck().get())
}

async function append (writer: ReturnType<typeof inlineWriter>) {
  const message = { messageId: randomUUID(), text: messageText() }
  await saveMessage(writer, { userNo: between(1, USERS + 1), conversationId: randomUUID(), message, now: Date.now() })
}

/** Milliseconds by kind of search: of the user with most messages and of others, of the first page and of the twentieth. */
function latencies (db: Db, search: Search | undefined) {
  const found = new Map<string, number[]>()
  for (const [name, make] of Object.entries(cases)) {
    for (let query = 0; query < QUERIES; query++) {
      const text = make()
      keep(found, `${name}, largest user`, timed(() => search?.(db, 1, text, null)))
      keep(found, `${name}, small user`, timed(() => search?.(db, between(2, USERS / 10), text, null)))
      const cursor = query % 10 === 0 ? pages(19, (cursor) => search?.(db, 1, text, cursor) ?? null) : null
      if (cursor !== null) keep(found, `${name}, largest user, page 20`, timed(() => search?.(db, 1, text, cursor)))
    }
  }
  return found
}

function keep (found: Map<string, number[]>, name: string, value: number) {
  found.set(name, [...found.get(name) ?? [], value])
}

/** The best of a few times, of two where it takes long, as one alone tells more of what else the machine was doing. */
function timed (work: () => unknown) {
  let best = Infinity
  for (let time = 0; time < REPEATED; time++) {
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
    if (best > SLOW && time > 0) break
  }
  return best
}

function pages (count: number, page: (cursor: string | null) => string | null) {
  let cursor = page(null)
  for (let done = 1; done < count && cursor !== null; done++) cursor = page(cursor)
  return cursor
}

function figures (where: string, found: Map<string, number[]>, atMost?: number) {
  return [...found].flatMap(([name, times]) => [
    result([median(times)], { what: `${where}: ${name}, p50`, unit: 'ms' }),
    result([percentile(times, 0.99)], { what: `${where}: ${name}, p99`, unit: 'ms', ...(atMost !== undefined && { atMost }) })
  ])
}

/** What ten times as many messages of other users cost. */
function growth (alone: Map<string, number[]>, among: Map<string, number[]>) {
  const totals = [alone, among].map((found) => [...found.values()].map(median).reduce((sum, value) => sum + value, 0))
  const [before = NaN, after = NaN] = totals
  return [result([after / before], { what: 'all kinds, ten times as many messages of others', against: 'fewer', atMost: 1.2 })]
}
