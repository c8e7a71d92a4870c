import { v7 as uuid } from 'uuid'
import { createPartition } from '../../src/conversations/partitions.js'
import { titleKey } from '../../src/search/index/title-key.js'
import { conversationKey, userOfKey } from '../../src/db/keys.js'
import type { Db } from '../../src/db/connection.js'
import { addEntry, indexTitle, messageWords } from '../../src/search/index/entries.js'
import { random } from './data.js'

/**
 * Different words there are, and how their frequency falls with their rank: such that 160,000 words have about 17,000
 * different ones and the first is every sixteenth, as in English (Manning et al., Introduction to Information Retrieval, 5.1).
 */
const VOCABULARY = 50_000
const EXPONENT = 1.2
/** Messages of one conversation, and characters of one message. */
export const CONVERSATION = 20
const MESSAGE = 1200
/** Conversations that are written in one transaction. */
const BATCH = 250

const next = random(7)
const pick = <T> (list: readonly T[]) => list[Math.floor(next() ** 1.5 * list.length)]

/** Words of syllables, the frequent ones short, so that many begin alike as those of a language do. */
export const words = makeWords()

function makeWords () {
  const [onsets, vowels, codas] = ['s t c p m r d b l f n w h st tr pr ch th pl gr k v j qu'.split(' '), 'e a i o u ea ou io'.split(' '), ['', 'n', 'r', 's', 't', 'l', 'm', 'd', 'ng']]
  const made = new Set<string>()
  while (made.size < VOCABULARY) {
    const syllables = made.size < 150 ? 1 : made.size < 4000 ? 2 : 2 + Math.floor(next() * 3)
    made.add(Array.from({ length: syllables }, () => `${pick(onsets)}${pick(vowels)}${pick(codas)}`).join(''))
  }
  return [...made]
}

const shares = new Float64Array(VOCABULARY)
shares.forEach((_, rank) => { shares[rank] = (shares[rank - 1] ?? 0) + (rank + 3.7) ** -EXPONENT })

function word () {
  const wanted = next() * (shares.at(-1) ?? 0)
  let [low, high] = [0, VOCABULARY - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((shares[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return words[low] ?? ''
}

/** One of 3,000 ideographs, the low ones more often. */
export function ideograph () {
  return String.fromCodePoint(0x4e00 + Math.floor(next() ** 2 * 3000))
}

/** About 1.2 KB of text; every tenth is half Chinese. */
export function messageText () {
  const chinese = next() < 0.1 ? Array.from({ length: 200 }, ideograph).join('') : ''
  let text = chinese
  while (text.length < (chinese ? MESSAGE / 2 : MESSAGE)) text += ` ${word()}${next() < 0.08 ? '.' : ''}`
  return text
}

/**
 * Adds an account with this many messages, indexed as the writer indexes them; answers the bytes of text.
 * Times are spread so that the order of the list is not that of the keys.
 */
export function addUser (db: Db, userNo: number, messages: number) {
  const { $client: sqlite } = db
  sqlite.prepare('INSERT INTO users (no, id, next_conversation, created_at, updated_at) VALUES (?, ?, ?, 1, 1)')
    .run(userNo, `user ${userNo}`, messages / CONVERSATION + 1)
  const partitionNo = createPartition(db, userNo, 'live', 1)
  let bytes = 0
  for (let number = 1; number <= messages / CONVERSATION; number += BATCH) {
    sqlite.transaction(() => {
      const rows = Array.from({ length: Math.min(BATCH, messages / CONVERSATION - number + 1) }, (_, offset) =>
        addConversation(db, conversationKey(userNo, number + offset), partitionNo))
      // Only when all rows are there: FTS5 writes out what it has collected before an insert that fires a trigger.
      for (const row of rows) bytes += index(db, row)
    })()
  }
  return bytes
}

interface Added { pk: number, title: string, texts: string[] }

function addConversation (db: Db, pk: number, partitionNo: number): Added {
  const title = `${word()} ${word()} ${word()}`
  const createdAt = Date.UTC(2024, 0, 1) + Math.floor(next() * 63_072_000_000)
  db.$client.prepare(
    `INSERT INTO conversations (pk, partition_no, conversation_id, title, title_key, endpoint, message_count, next_message, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, 'openAI', ${CONVERSATION}, ${CONVERSATION + 1}, ?, ?)`)
    .run(pk, partitionNo, uuid(), title, titleKey(title), createdAt, createdAt + CONVERSATION * 60_000)
  const insert = db.$client.prepare(
    'INSERT INTO messages (pk, message_id, body, created_at, updated_at) VALUES ((? << 18) + ?, ?, ?, ?, ?)')
  const texts = Array.from({ length: CONVERSATION }, messageText)
  for (const [place, text] of texts.entries()) {
    const time = createdAt + place * 60_000
    insert.run(pk, place + 1, uuid(), JSON.stringify(bodyOf(text)), time, time)
  }
  return { pk, title, texts }
}

function index (db: Db, { pk, title, texts }: Added) {
  indexTitle(db, pk, title)
  for (const [place, text] of texts.entries()) addEntry(db, pk, place + 1, messageWords(userOfKey(pk), bodyOf(text)))
  return Buffer.byteLength(texts.join(''))
}

function bodyOf (text: string) {
  return { sender: 'User', isCreatedByUser: true, text, endpoint: 'openAI', unfinished: false, error: false }
}
