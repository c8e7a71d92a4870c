import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { createPartition } from '../../src/conversations/partitions.js'
import { titleKey } from '../../src/search/index/title-key.js'
import { conversationKey, userOfKey } from '../../src/db/keys.js'
import type { Db } from '../../src/db/connection.js'
import { openWriter } from '../../src/db/open.js'
import { addEntry, indexTitle, messageWords } from '../../src/search/index/entries.js'
import { benchFolder } from './folder.js'

/** The account that benches sign in as; its token's subject. */
export const OWNER = '0192f3c0-11aa-7e0e-9f6b-2d3f6e5c4b1a'

/** A fresh database in a directory of its own, with the account in it. */
export function freshDatabase () {
  const path = join(benchFolder(), 'parley.db')
  const db = openWriter(path)
  db.$client.prepare('INSERT INTO users (no, id, email, created_at, updated_at) VALUES (1, ?, ?, 1, 1)').run(OWNER, `${OWNER}@example.test`)
  const partitionNo = createPartition(db, 1, 'live', 1)
  return { path, db, partitionNo }
}

const made = new Map<number, string>()

/** A database of that many conversations; made once for all benches of a run, which must not remove any of them. */
export function databaseOf (count: number): string {
  const known = made.get(count)
  if (known !== undefined) return known
  const { path, db, partitionNo } = freshDatabase()
  addConversations(db, partitionNo, count)
  db.$client.close()
  made.set(count, path)
  return path
}

const WORDS = 'time year people way day man thing woman life child world school state family student group country problem hand part'.split(' ')

/** Numbers in [0, 1) that are the same in every run. */
export function random (seed: number) {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/**
 * Adds conversations without messages: rows of some 500 bytes as LibreChat's agents and model specs make them, times
 * spread over two years, a tag on every second, another on one of 5,000, one of ten archived, one of twenty pinned.
 */
export function addConversations (db: Db, partitionNo: number, count: number) {
  const next = random(count)
  const insert = db.$client.prepare(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, endpoint, model, agent_id, spec, icon_url, tags, is_archived, pinned,
       created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, 'agents', 'gpt-4o-2024-11-20', 'agent_V1StGXR8Z5jdHi6BmyTqk', 'research-assistant',
       'https://chat.example.org/images/agents/research-assistant-V1StGXR8.webp', ?, ?, ?, ?, ?)`)
  const start = Date.UTC(2024, 0, 1)
  // Rows come in no order of these, and a million of them are sorted faster than each is put in its place.
  const indexes = dropIndexes(db, ['conversations', 'conversation_tags'])
  db.$client.transaction(() => {
    for (let n = 1; n <= count; n++) {
      const title = Array.from({ length: 5 }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ')
      const tags = [...n % 2 === 0 ? ['often'] : [], ...n % 5000 === 0 ? ['seldom'] : []]
      const createdAt = start + Math.floor(next() * 63_072_000_000)
      insert.run(conversationKey(1, n), partitionNo, uuid(), title, titleKey(title), JSON.stringify(tags),
        Number(n % 10 === 1), Number(n % 20 === 0), createdAt, createdAt + Math.floor(next() * 86_400_000))
      indexTitle(db, conversationKey(1, n), title)
    }
    db.$client.prepare('UPDATE users SET next_conversation = ? WHERE no = 1').run(count + 1)
  })()
  for (const sql of indexes) db.$client.exec(sql)
}

/** Drops the indexes of these tables; answers what makes them again. */
function dropIndexes ({ $client: sqlite }: Db, tables: string[]): string[] {
  const found = sqlite.prepare<[string], { name: string, sql: string }>(
    'SELECT name, sql FROM sqlite_schema WHERE type = \'index\' AND tbl_name IN (SELECT value FROM json_each(?)) AND sql IS NOT NULL')
    .all(JSON.stringify(tables))
  for (const { name } of found) sqlite.exec(`DROP INDEX ${name}`)
  return found.map(({ sql }) => sql)
}

/** Adds messages to one conversation, a chain. Their texts have about 1.2 KB unless given. */
export function addMessages (db: Db, conversationPk: number, count: number, textOf = textOfFewWords(conversationPk)) {
  const insert = db.$client.prepare(
    'INSERT INTO messages (pk, message_id, parent_message_id, body, created_at, updated_at) VALUES ((? << 18) + ?, ?, ?, ?, ?, ?)')
  let parent: string | null = null
  for (let n = 1; n <= count; n++) {
    const text = textOf()
    const body = { sender: n % 2 ? 'User' : 'GPT-4o', isCreatedByUser: n % 2 === 1, text, endpoint: 'openAI', model: 'gpt-4o', unfinished: false, error: false }
    const messageId = uuid()
    insert.run(conversationPk, n, messageId, parent, JSON.stringify(body), n, n)
    addEntry(db, conversationPk, n, messageWords(userOfKey(conversationPk), body))
    parent = messageId
  }
  db.$client.prepare('UPDATE conversations SET message_count = ?, next_message = ? WHERE pk = ?').run(count, count + 1, conversationPk)
}

function textOfFewWords (seed: number): () => string {
  const next = random(seed)
  return () => Array.from({ length: 200 }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ')
}
