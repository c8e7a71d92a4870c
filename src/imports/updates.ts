import { and, eq, sql } from 'drizzle-orm'
import type { PartitionState } from '../conversations/partitions.js'
import { storeTitle } from '../conversations/store-title.js'
import { touchConversation } from '../conversations/touch.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { conversations, importOrigins, partitions, stagedMessages, stagedUpdates } from '../db/schema.js'
import { isVisibleOrSoon } from './origins.js'
import type { StagedConversation } from './rows.js'
import { type Effect, effectOf, type IncomingMessage, mergeMessage, type StoredMessages, storedMessages } from './stored-messages.js'

/*
 * The changes that an import makes in conversations that are stored already. They are staged in tables of their own, and
 * applied in small steps when the import is published.
 */

/** What the origin of a conversation stores of the draft that was imported last. */
interface Imported { title: string | null, versionAt: number | null }

interface Update extends Pick<StagedConversation, 'title' | 'versionAt' | 'updatedAt' | 'contentHash'> {
  conversationPk: number
  /** Null where the update only adds messages. */
  fingerprint: string | null
}

interface Known extends Imported { conversationId: string, conversationTitle: string, state: PartitionState }

/** Messages that one step of publishing applies. A conversation that gets fewer changes in one commit. */
const STEP_MESSAGES = 200

const { placeholder } = sql
const ofUpdate = and(eq(stagedUpdates.partitionNo, placeholder('partitionNo')), eq(stagedUpdates.conversationPk, placeholder('conversationPk')))
const ofMessages = and(eq(stagedMessages.partitionNo, placeholder('partitionNo')), eq(stagedMessages.conversationPk, placeholder('conversationPk')))

const statements = prepared((db: Db) => ({
  known: db.select({
    title: importOrigins.title,
    versionAt: importOrigins.versionAt,
    conversationId: conversations.conversationId,
    conversationTitle: conversations.title,
    state: partitions.state
  }).from(conversations)
    .innerJoin(partitions, eq(partitions.no, conversations.partitionNo))
    .leftJoin(importOrigins, eq(importOrigins.conversationPk, conversations.pk))
    .where(eq(conversations.pk, placeholder('pk'))).prepare(),
  staged: db.select({ versionAt: stagedUpdates.versionAt }).from(stagedUpdates).where(ofUpdate).prepare(),
  stage: db.insert(stagedUpdates).values({
    partitionNo: placeholder('partitionNo'),
    conversationPk: placeholder('conversationPk'),
    fingerprint: placeholder('fingerprint'),
    title: placeholder('title'),
    versionAt: placeholder('versionAt'),
    contentHash: placeholder('contentHash'),
    updatedAt: placeholder('updatedAt')
  }).onConflictDoUpdate({
    target: [stagedUpdates.partitionNo, stagedUpdates.conversationPk],
    set: {
      fingerprint: sql`excluded.fingerprint`,
      title: sql`excluded.title`,
      versionAt: sql`excluded.version_at`,
      contentHash: sql`excluded.content_hash`,
      updatedAt: sql`excluded.updated_at`
    },
    setWhere: sql`${placeholder('mayReplace')}`
  }).prepare(),
  stageMessage: db.insert(stagedMessages).values({
    partitionNo: placeholder('partitionNo'),
    conversationPk: placeholder('conversationPk'),
    sourceId: placeholder('sourceId'),
    parentSourceId: placeholder('parentSourceId'),
    messageId: placeholder('messageId'),
    body: placeholder('body'),
    words: placeholder('words'),
    createdAt: placeholder('createdAt'),
    updatedAt: placeholder('updatedAt')
  }).onConflictDoUpdate({
    target: [stagedMessages.partitionNo, stagedMessages.conversationPk, stagedMessages.sourceId],
    set: { body: sql`excluded.body`, words: sql`excluded.words`, updatedAt: sql`excluded.updated_at` },
    setWhere: sql`${placeholder('mayReplace')}`
  }).returning({ messageId: stagedMessages.messageId }).prepare(),
  next: db.select().from(stagedUpdates).where(eq(stagedUpdates.partitionNo, placeholder('partitionNo'))).limit(1).prepare(),
  messages: db.select().from(stagedMessages).where(ofMessages).orderBy(stagedMessages.pk).limit(STEP_MESSAGES).prepare(),
  removeMessage: db.delete(stagedMessages).where(eq(stagedMessages.pk, placeholder('pk'))).prepare(),
  remove: db.delete(stagedUpdates).where(ofUpdate).prepare(),
  remember: db.update(importOrigins).set({
    fingerprint: sql`${placeholder('fingerprint')}`,
    title: sql`${placeholder('title')}`,
    versionAt: sql`${placeholder('versionAt')}`,
    contentHash: sql`${placeholder('contentHash')}`
  }).where(eq(importOrigins.conversationPk, placeholder('conversationPk'))).prepare()
}))

/** What an import changes in a stored conversation. */
export interface Changes { outcome: 'updated' | 'unchanged' | 'merged', messages: number }

/** The same, with the id and the title that the conversation has once the import is published. */
export interface StagedChanges extends Changes { conversationId: string, title: string }

/**
 * Stages the changes that a draft makes in a visible conversation. When the file has the conversation twice, the second draft
 * adds to the first. `onlyAdds` keeps stored titles and texts. Also returns the id and title that the conversation has then.
 */
export function stageUpdate (db: Db, partitionNo: number, conversationPk: number, draft: StagedConversation, onlyAdds: boolean): StagedChanges {
  const known = statements(db).known.get({ pk: conversationPk })
  const mayReplace = !onlyAdds && known !== undefined && !isOlder(draft, known)
  const stored = storedMessages(db, conversationPk)
  const effects = draft.messages.map((message) => [message, effectOf(db, stored, message, mayReplace)] as const)
  const changed = effects.filter(([, effect]) => effect !== 'none')
  const getsTitle = mayReplace && takesTitle(draft, known)
  const after = { conversationId: known?.conversationId ?? draft.conversationId, title: getsTitle ? draft.title : known?.conversationTitle ?? draft.title }
  if (changed.length === 0 && !getsTitle) return { outcome: 'unchanged', messages: 0, ...after }

  const staged = statements(db).staged.get({ partitionNo, conversationPk })
  // The file may have had a newer version of it before.
  const place = { partitionNo, conversationPk, mayReplace: staged && isOlder(draft, staged) ? 0 : 1 }
  statements(db).stage.run({ ...updateOf(draft), ...(onlyAdds && { fingerprint: null }), ...place })
  let messages = 0
  for (const [message, effect] of changed) {
    const row = statements(db).stageMessage.get({ ...message, ...place })
    if (effect === 'add' && row?.messageId === message.messageId) messages++
  }
  return { outcome: staged ? 'merged' : 'updated', messages, ...after }
}

/** Adds a draft to a staged conversation of the same import. The file has it twice, or in parts. */
export function mergeIntoStaged (db: Db, pk: number, draft: StagedConversation): Changes {
  const known = statements(db).known.get({ pk })
  const stored = storedMessages(db, pk)
  const mayReplace = known !== undefined && !draft.own && !isOlder(draft, known)
  const effects = mergeMessages(db, stored, draft.messages, mayReplace)
  const added = countAdded(effects)
  // A draft of Parley's own export only adds messages. The stored origin belongs to the first source and stays.
  if (draft.own) touchConversation(db, pk, { now: draft.updatedAt, minStepMs: 0, added })
  else finish(db, { ...updateOf(draft), conversationPk: pk }, known, effects)
  return { outcome: 'merged', messages: added }
}

/**
 * Applies a step of the next staged update of an import. Returns false when none is left. A conversation that was deleted
 * meanwhile is left alone.
 */
export function applyNextUpdate (db: Db, partitionNo: number): boolean {
  const update = statements(db).next.get({ partitionNo })
  if (!update) return false
  const { conversationPk } = update
  const messages = statements(db).messages.all({ partitionNo, conversationPk })
  const known = statements(db).known.get({ pk: conversationPk })
  if (known && isVisibleOrSoon(known)) {
    const effects = mergeMessages(db, storedMessages(db, conversationPk), messages, isNewest(update, known))
    if (messages.length < STEP_MESSAGES) finish(db, update, known, effects)
    else touchConversation(db, conversationPk, { now: update.updatedAt, minStepMs: 0, added: countAdded(effects) })
  }
  for (const { pk } of messages) statements(db).removeMessage.run({ pk })
  if (messages.length < STEP_MESSAGES) statements(db).remove.run({ partitionNo, conversationPk })
  return true
}

function mergeMessages (db: Db, stored: StoredMessages, messages: IncomingMessage[], mayReplace: boolean): Effect[] {
  return messages.map((message) => mergeMessage(db, stored, message, mayReplace))
}

function countAdded (effects: Effect[]): number {
  return effects.filter((effect) => effect === 'add').length
}

/** Takes over the title of the source and the time of its last change, and stores what was imported. */
function finish (db: Db, update: Update, known: Known | undefined, effects: Effect[]) {
  const { conversationPk: pk, title, updatedAt } = update
  const isNewer = known !== undefined && isNewest(update, known)
  const getsTitle = isNewer && takesTitle(update, known)
  const isChanged = getsTitle || effects.some((effect) => effect !== 'none')
  if (isChanged) touchConversation(db, pk, { now: updatedAt, minStepMs: 0, added: countAdded(effects) })
  if (!isNewer) return
  if (getsTitle) storeTitle(db, { pk, title: known.conversationTitle }, title, null)
  statements(db).remember.run({ ...update })
}

/** Whether texts and title of an update are newer than those that were imported before. */
function isNewest (update: Update, known: Imported) {
  return update.fingerprint !== null && !isOlder(update, known)
}

/** Whether the conversation takes the title of its source. It does not when it was renamed here. */
function takesTitle ({ title }: Pick<Update, 'title'>, known: Known) {
  return known.title !== null && known.title === known.conversationTitle && known.title !== title
}

/** Whether a draft comes from an export that was made before the one that was imported last. */
function isOlder ({ versionAt }: Pick<Update, 'versionAt'>, known: Pick<Imported, 'versionAt'>) {
  return versionAt !== null && known.versionAt !== null && versionAt < known.versionAt
}

function updateOf ({ fingerprint, title, versionAt, contentHash, updatedAt }: StagedConversation) {
  return { fingerprint, title, versionAt, contentHash, updatedAt }
}
