import { and, asc, eq, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { fragment } from '../db/fragment.js'
import { MAX_MESSAGES, messageKey, messagesAfter, messagesOf, numberOfMessage } from '../db/keys.js'
import { prepared } from '../db/prepared.js'
import { conversations, messages } from '../db/schema.js'
import { DomainError } from '../errors.js'
import { addEntry, removeEntry, storedWords } from '../search/index/entries.js'
import { runSteps } from '../writer/steps.js'
import { subtree } from './tree.js'

/*
 * A message's number is its position in the stored order, in which a parent precedes its children. This holds without
 * further work while parents arrive first. These functions restore the order when a parent arrives late or a message
 * moves. They work in steps, and the order is correct after each step.
 */

/** A message's number, id and parent. */
export interface Link { n: number, messageId: string, parentMessageId: string | null }

/** Links that one step reads. */
const STEP_LINKS = 1000

/**
 * Numbers left free before a message whose parent is not stored. Who saves the newest message first fills them from the
 * end, so nothing has to move for so many messages.
 */
const ORPHAN_GAP = 1024

const { placeholder } = sql
const isConversation = eq(conversations.pk, placeholder('pk'))

const statements = prepared((db: Db) => ({
  takeNumbers: db.update(conversations).set({ nextMessage: sql`${conversations.nextMessage} + ${placeholder('count')}` })
    .where(isConversation).returning({ next: conversations.nextMessage }).prepare(),
  // Without a gap where half of the numbers are taken.
  leaveGap: db.update(conversations).set({ nextMessage: sql`${conversations.nextMessage} + ${ORPHAN_GAP}` })
    .where(and(isConversation, lt(conversations.nextMessage, MAX_MESSAGES / 2))).prepare(),
  setNextNumber: db.update(conversations).set({ nextMessage: sql`${placeholder('next')}` }).where(isConversation).prepare(),
  version: db.select({ updatedAt: conversations.updatedAt, messageCount: conversations.messageCount }).from(conversations)
    .where(isConversation).prepare(),
  links: db.select({ n: fragment<number>(numberOfMessage('messages.pk')), messageId: messages.messageId, parentMessageId: messages.parentMessageId })
    .from(messages).where(fragment(`messages.pk ${messagesAfter(':pk', ':after')}`)).orderBy(asc(messages.pk))
    .limit(placeholder('limit')).prepare(),
  numberOf: db.select({ n: fragment<number>(numberOfMessage('messages.pk')) }).from(messages)
    .where(fragment(`messages.pk ${messagesOf(':pk')} AND messages.message_id = :messageId`)).prepare(),
  // Raw SQL: Drizzle has no expression for the new key of a row.
  renumber: db.$client.prepare<[{ pk: number, from: number, to: number }]>(
    `UPDATE messages SET pk = ${messageKey(':pk', ':to')} WHERE pk = ${messageKey(':pk', ':from')}`)
}))

/**
 * Takes the number of a conversation's next message, after a gap for the parent of an orphan. After the highest number it
 * renumbers all messages, which frees the numbers of moved and deleted ones. Look up numbers again afterwards.
 * @throws {DomainError} LIMIT_REACHED when the conversation would have more than `MAX_MESSAGES`.
 */
export function takeNumber (db: Db, conversationPk: number, isOrphan = false): number {
  return runSteps(takeNumbers(db, conversationPk, 1, isOrphan))
}

/** Takes the numbers of the next `count` messages, in steps, as `takeNumber` does. Returns the first. */
function * takeNumbers (db: Db, conversationPk: number, count: number, isOrphan: boolean): Generator<void, number, void> {
  if (isOrphan) statements(db).leaveGap.run({ pk: conversationPk })
  const first = tryToTake(db, conversationPk, count)
  if (first + count - 1 <= MAX_MESSAGES) return first
  yield * closeGaps(db, conversationPk)
  const again = tryToTake(db, conversationPk, count)
  if (again + count - 1 <= MAX_MESSAGES) return again
  throw new DomainError('LIMIT_REACHED', 'This conversation has no room for another message')
}

function tryToTake (db: Db, pk: number, count: number): number {
  const taken = statements(db).takeNumbers.get({ pk, count })
  if (!taken) throw new DomainError('NOT_FOUND', 'Conversation not found')
  return taken.next - count
}

/** Renumbers the messages from 1 in their stored order. */
function * closeGaps (db: Db, pk: number): Generator<void, void, void> {
  let last = 0
  for (let next = linksAfter(db, pk, last, 1)[0]; next; next = linksAfter(db, pk, last, 1)[0]) {
    if (yield * moveTo(db, pk, next.messageId, last + 1)) last++
    yield
  }
  statements(db).setNextNumber.run({ pk, next: last + 1 })
}

function linksAfter (db: Db, pk: number, after: number, limit: number): Link[] {
  return statements(db).links.all({ pk, after, limit })
}

/** Returns the links of a conversation in stored order. */
export function messageLinks (db: Db, conversationPk: number): Link[] {
  return linksAfter(db, conversationPk, 0, MAX_MESSAGES)
}

/** Returns the number of a message, or undefined. */
export function numberOf (db: Db, conversationPk: number, messageId: string): number | undefined {
  return statements(db).numberOf.get({ pk: conversationPk, messageId })?.n
}

/**
 * Returns a check of the conversation's links. It returns true while they are unchanged. It does not detect a text that
 * an import changed, so compare texts separately.
 */
export function changeDetector (db: Db, conversationPk: number): () => boolean {
  const version = () => {
    const row = statements(db).version.get({ pk: conversationPk })
    return row && `${row.updatedAt} ${row.messageCount}`
  }
  const before = version()
  return () => before !== undefined && version() === before
}

/** Returns the numbers of a message's children, in steps. */
export function * childNumbers (db: Db, conversationPk: number, { n, messageId }: Pick<Link, 'n' | 'messageId'>): Generator<void, number[], void> {
  const children: number[] = []
  for (let after = n; ;) {
    const slice = linksAfter(db, conversationPk, after, STEP_LINKS)
    children.push(...slice.filter(({ parentMessageId }) => parentMessageId === messageId).map((link) => link.n))
    const last = slice.at(-1)
    if (!last || slice.length < STEP_LINKS) return children
    after = last.n
    yield
  }
}

/** The position of a message: its number, or null if it is already stored. `hasOrphans` is the state after the write. */
export interface Place { number: number | null, hasOrphans: boolean }

/**
 * Prepares the stored order for a message below `parentMessageId`. Messages that must follow it move to the end. Returns
 * null when `isCurrent` reports a change between two steps. Otherwise the caller must write the message before another
 * yield.
 * @throws {DomainError} INVALID when the parent is below the message; LIMIT_REACHED.
 */
export function * makePlace (
  db: Db, conversationPk: number, messageId: string, parentMessageId: string | null, isCurrent: () => boolean
): Generator<void, Place | null, void> {
  const stored = yield * readLinks(db, conversationPk)
  if (!isCurrent()) return null
  const existing = stored.find((link) => link.messageId === messageId)
  const others = stored.filter((link) => link !== existing)
  const links = [...others, { n: existing?.n ?? Infinity, messageId, parentMessageId }]
  assertNoCycle(links, messageId)
  const hasOrphans = isAnyOrphan(links)

  const parent = others.find((link) => link.messageId === parentMessageId)
  const branch = subtree(links, messageId)
  const moving = existing ? parent && parent.n > existing.n ? branch : [] : branch.slice(1)
  const reserved = existing ? 0 : 1
  const free = existing ? undefined : freeNumber(others, moving, parent)
  if (free !== undefined) return { number: free, hasOrphans }
  const isOrphan = parentMessageId !== null && !parent
  const first = moving.length + reserved === 0 ? 0 : yield * takeNumbers(db, conversationPk, moving.length + reserved, isOrphan)
  // The last message moves first, so that each message stays after its parent.
  for (const [index, link] of [...moving.entries()].reverse()) {
    if (!(yield * moveTo(db, conversationPk, link.messageId, first + reserved + index)) || !isCurrent()) return null
    if (index === 0) break
    yield
    if (!isCurrent()) return null
  }
  return isCurrent() ? { number: existing ? null : first, hasOrphans } : null
}

/** Returns the number before the first of `below` if it is free and after the parent's. */
function freeNumber (stored: Link[], below: Link[], parent: Link | undefined): number | undefined {
  const first = below.reduce((least, { n }) => Math.min(least, n), Infinity)
  if (below.length === 0 || (parent && parent.n > first)) return undefined
  const before = stored.findLast(({ n }) => n < first)?.n ?? 0
  return before < first - 1 ? first - 1 : undefined
}

function * readLinks (db: Db, pk: number): Generator<void, Link[], void> {
  const links: Link[] = []
  for (let isMore = true; isMore;) {
    const slice = linksAfter(db, pk, links.at(-1)?.n ?? 0, STEP_LINKS)
    links.push(...slice)
    isMore = slice.length === STEP_LINKS
    if (isMore) yield
  }
  return links
}

/** Gives a message another number. Returns false if the message is gone, or was renumbered between two steps. */
function * moveTo (db: Db, pk: number, messageId: string, to: number): Generator<void, boolean, void> {
  const from = numberOf(db, pk, messageId)
  if (from === undefined) return false
  if (from === to) return true
  const words = yield * storedWords(db, pk, from)
  if (numberOf(db, pk, messageId) !== from) return false
  removeEntry(db, pk, from, words)
  statements(db).renumber.run({ pk, from, to })
  addEntry(db, pk, to, words)
  return true
}

function isAnyOrphan (links: Link[]): boolean {
  const ids = new Set(links.map(({ messageId }) => messageId))
  return links.some(({ parentMessageId }) => parentMessageId !== null && !ids.has(parentMessageId))
}

/** @throws {DomainError} INVALID when following the parents of the message leads back to it. */
function assertNoCycle (links: Link[], messageId: string) {
  const parents = new Map(links.map((link) => [link.messageId, link.parentMessageId]))
  for (let id = parents.get(messageId) ?? null; id !== null; id = parents.get(id) ?? null) {
    if (id === messageId) throw new DomainError('INVALID', 'A message cannot hang below itself', 'parentMessageId')
  }
}
