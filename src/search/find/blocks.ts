import { conversationOfMessage, MESSAGE_BITS, messageKey, numberOfMessage } from '../../db/keys.js'
import type { Db } from '../../db/connection.js'
import { type IndexSql, preparedForIndex } from './sources.js'

/*
 * Tests whether single messages match. Seeking in the index takes most of the time. Messages that are close in time are
 * mostly close in the index. So one query reads the matches of a whole block of messages, and later tests reuse them.
 */

/** Message numbers in one block of a conversation. */
const BLOCK_MESSAGES = 1024
/** Blocks in one conversation. Its 45-bit key and 8 bits for the block fit into a JavaScript number. */
const BLOCKS_OF_CONVERSATION = 2 ** MESSAGE_BITS / BLOCK_MESSAGES

/** Conversations with consecutive keys in one block. */
const BLOCK_CONVERSATIONS = 32

/** A message by its packed key. */
export interface MessagePosition { conversationPk: number, n: number }

/** A range of packed message keys that one query reads. */
export interface Block { key: number, firstPk: number, first: number, lastPk: number, last: number }

/** Returns the queries by name. Exported for the test of their query plans. */
export function blockQueries ({ entries }: IndexSql) {
  // FTS5 ignores a REAL bound on the rowid and reads the whole posting list. `messageKey` is an INTEGER.
  const inBlock = entries(`BETWEEN ${messageKey(':firstPk', ':first')} AND ${messageKey(':lastPk', ':last')}`)
  return { matchesInBlock: `SELECT ${messageKey(`${conversationOfMessage('rowid')} - :firstPk`, numberOfMessage('rowid'))} FROM ${inBlock} ORDER BY rowid` }
}

// Raw SQL: FTS5 and ranges of packed keys.
const matchesInBlock = preparedForIndex(({ $client: sqlite }, sql) =>
  sqlite.prepare<[Block & { match: string }], number>(blockQueries(sql).matchesInBlock).pluck())

/** Returns the matches in a block in ascending order, as message keys relative to the block's first conversation. */
export function readMatches (db: Db, match: string, block: Block): number[] {
  return matchesInBlock(db).all({ match, ...block })
}

/** Returns a test of single messages. It reads the matches of each block once, when a message of the block is tested. */
export function probe (db: Db, match: string, blockOf: (message: MessagePosition) => Block) {
  const tests = new Map<number, (message: MessagePosition) => boolean>()
  return (message: MessagePosition): boolean => {
    const block = blockOf(message)
    const isMatch = tests.get(block.key) ?? isAmong(block, readMatches(db, match, block))
    tests.set(block.key, isMatch)
    return isMatch(message)
  }
}

/** Returns a test of single messages by binary search in the matches of a block. */
export function isAmong ({ firstPk }: Block, matches: readonly number[]) {
  return ({ conversationPk, n }: MessagePosition): boolean => {
    const key = (conversationPk - firstPk) * 2 ** MESSAGE_BITS + n
    let [low, high] = [0, matches.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Number(matches[middle]) < key) low = middle + 1
      else high = middle
    }
    return matches[low] === key
  }
}

/** Returns the block of 1024 message numbers within a conversation. */
export function blockInConversation ({ conversationPk: pk, n }: MessagePosition): Block {
  const block = Math.floor(n / BLOCK_MESSAGES)
  const first = block * BLOCK_MESSAGES
  return { key: pk * BLOCKS_OF_CONVERSATION + block, firstPk: pk, first, lastPk: pk, last: first + BLOCK_MESSAGES - 1 }
}

/** Returns the block of 32 conversations. Prefixes use it, because each of their words costs one seek for each block. */
export function blockOfConversations ({ conversationPk: pk }: MessagePosition): Block {
  const firstPk = pk - pk % BLOCK_CONVERSATIONS
  return { key: firstPk, firstPk, first: 0, lastPk: firstPk + BLOCK_CONVERSATIONS - 1, last: 2 ** MESSAGE_BITS - 1 }
}

/** Returns one block of all messages with conversation keys from `firstPk` to `lastPk`. */
export function wholeBlock (firstPk: number, lastPk: number): Block {
  return { key: firstPk, firstPk, first: 0, lastPk, last: 2 ** MESSAGE_BITS - 1 }
}
