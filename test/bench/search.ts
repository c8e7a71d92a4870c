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
import { bestConversations } from '../../src/search/find/best-conversations.js'
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

/** What a search of one kind looks like. With `any` one word is enough, and the best come first. */
interface Kind { make (): string, match?: 'any' }

const all = (make: () => string): Kind => ({ make })
const any = (make: () => string): Kind => ({ make, match: 'any' })

/** Twelve words of a question: six stop words, three frequent words and three rarer ones, one of them last. */
const sentence = () => Array.from({ length: 12 }, (_, index) =>
  index % 4 === 3 ? ranked(1000, 50_000) : index % 4 === 1 ? ranked(60, 1000) : ranked(0, 60)).join(' ')

/** The first letters of a word with more letters. */
const beginning = (low: number, high: number, letters: number) => longWord(low, high, letters + 1).slice(0, letters)

/**
 * The kinds of searches. Words are chosen by rank: the first is in nearly every message, the 45,000th in few. A space at
 * the end makes the last word whole. Without it the word is also a beginning, as while it is typed.
 */
const allKinds: Record<string, Kind> = {
  'common word': all(() => `${ranked(0, 20)} `),
  'frequent word': all(() => `${ranked(60, 200)} `),
  'medium word': all(() => `${ranked(1000, 4000)} `),
  'rare word': all(() => `${ranked(20_000, 50_000)} `),
  'absent word': all(() => `${ranked(0, 5000)}xq `),
  'prefix of 4': all(() => `${beginning(150, 4000, 4)}*`),
  'prefix of 6': all(() => `${beginning(500, 20_000, 6)}*`),
  'phrase, common': all(() => `"${ranked(0, 20)} ${ranked(0, 20)}"`),
  'phrase, rare': all(() => `"${ranked(0, 20)} ${ranked(1000, 4000)}"`),
  'one ideograph': all(() => `${ideograph()} `),
  'two ideographs': all(() => `${ideograph()}${ideograph()} `),
  'two words, common': all(() => `${ranked(0, 20)} ${ranked(60, 200)} `),
  'two words, mixed': all(() => `${ranked(0, 20)} ${ranked(1000, 4000)} `),
  'three words': all(() => `${ranked(60, 200)} ${ranked(200, 1000)} ${ranked(1000, 4000)} `),
  'typed, 2 letters': all(() => beginning(150, 4000, 2)),
  'typed, 4 letters': all(() => beginning(150, 4000, 4)),
  'typed, 6 letters': all(() => beginning(500, 20_000, 6)),
  'typed, common word': all(() => ranked(0, 20)),
  'any of 12 words': any(() => `${sentence()} `),
  'any of 12 words, typed': any(sentence)
}

/** Names of kinds, or their beginnings, separated by semicolons. Default: all. */
const CHOSEN = process.env.BENCH_SEARCH_KINDS?.split(';')
const kinds = Object.entries(allKinds).filter(([name]) => CHOSEN?.some((start) => name.startsWith(start)) ?? true)

/** Milliseconds that the slowest search of a sentence may take in a merged index. */
const ANY_AT_MOST_MS = 30

const list: ListQuery = { isArchived: false, pinned: false, sortBy: 'updatedAt', sortDirection: 'desc', tags: [], limit: 25 }

/** A search as a function of the words and the cursor. Returns the cursor of the next page. */
type Search = (db: Db, userNo: number, words: Pick<ListQuery, 'search' | 'match'>, cursor: string | null) => string | null

const conversations: Search = (db, userNo, words, cursor) => {
  const query = { ...list, ...words, ...(cursor !== null && { cursor }) }
  return (words.match === 'any' ? bestConversations(db, userNo, query) : listConversations(db, userNo, query, conversationFilter)).nextCursor
}

const messages: Search = (db, userNo, { search = '', match = 'all' }, cursor) =>
  searchMessages(db, userNo, { search, match, pageSize: 25, ...(cursor !== null && { cursor }) }).nextCursor

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
  const alone = latencies(reader, conversations)
  for (let no = USERS / 10 + 1; no <= USERS; no++) bytes += addUser(db, no, OTHERS)
  const built = optimize(db)

  const among = latencies(reader, conversations)
  const results = [
    result([built / bytes], { what: 'search index', against: 'text', ...(MESSAGES >= MANY && { atMost: 0.9 }) }),
    ...figures('conversations, merged', among, 10, ANY_AT_MOST_MS),
    ...figures('messages, merged', latencies(reader, messages), 10, ANY_AT_MOST_MS),
    ...growth(alone, among)
  ]
  for (let count = 0; count < APPENDS; count += TENDED) {
    for (let one = 0; one < TENDED; one++) await append(writer)
    await mergeSearch(writer)
  }
  results.push(
    result([countSegments(db)], { what: `segments after ${APPENDS} single messages` }),
    ...figures('conversations, live', latencies(reader, conversations), 15),
    ...figures('messages, live', latencies(reader, messages), 15))
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

/** Returns milliseconds by kind of search, of the largest user and of others, for the first page and the twentieth. */
function latencies (db: Db, search: Search) {
  const found = new Map<string, number[]>()
  for (const [name, { make, match }] of kinds) {
    for (let query = 0; query < QUERIES; query++) {
      const words = { search: make(), ...(match && { match }) }
      keep(found, `${name}, largest user`, timed(() => search(db, 1, words, null)))
      keep(found, `${name}, small user`, timed(() => search(db, between(2, USERS / 10), words, null)))
      const cursor = query % 10 === 0 ? pages(19, (cursor) => search(db, 1, words, cursor)) : null
      if (cursor !== null) keep(found, `${name}, largest user, page 20`, timed(() => search(db, 1, words, cursor)))
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

/** Returns the figures of each kind. Searches with any word may take `anyAtMost` ms, others `atMost` ms. */
function figures (where: string, found: Map<string, number[]>, atMost: number, anyAtMost?: number) {
  return [...found].flatMap(([name, times]) => {
    const limit = name.startsWith('any') ? anyAtMost : atMost
    return [
      result([median(times)], { what: `${where}: ${name}, p50`, unit: 'ms' }),
      result([percentile(times, 0.99)], { what: `${where}: ${name}, p99`, unit: 'ms', ...(limit !== undefined && { atMost: limit }) })
    ]
  })
}

/** What ten times as many messages of other users cost. */
function growth (alone: Map<string, number[]>, among: Map<string, number[]>) {
  const totals = [alone, among].map((found) => [...found.values()].map(median).reduce((sum, value) => sum + value, 0))
  const [before = NaN, after = NaN] = totals
  return [result([after / before], { what: 'all kinds, ten times as many messages of others', against: 'fewer', atMost: 1.2 })]
}
