import { shownName, shownTags, tagNames } from '../conversations/tag-names.js'
import { cleanTagName, spelledTags, tagSpellings } from '../conversations/tag-spelling.js'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { ensureTags, missingTags, roomForTags, storeTags } from './store.js'

/** Tags that one step of `createMissingTags` reads. */
const STEP_TAGS = 100

/** Conversations whose tags one step rewrites. Each conversation is written once for each of its up to 50 tags. */
const STEP_CONVERSATIONS = 20

// Raw SQL: min() of one partition is a seek in the index, and CROSS JOIN makes SQLite look the tag up first.
const statements = prepared(({ $client: sqlite }: Db) => ({
  nextTag: sqlite.prepare<[{ partitionNo: number, after: string }], string | null>(
    'SELECT min(tag) FROM conversation_tags WHERE partition_no = :partitionNo AND tag > :after').pluck(),
  carriers: sqlite.prepare<[{ partitionNo: number, tag: string, limit: number }], { pk: number, tags: string }>(
    `SELECT c.pk, c.tags FROM conversation_tags t CROSS JOIN conversations c ON c.pk = t.conversation_pk
     WHERE t.partition_no = :partitionNo AND t.tag = :tag LIMIT :limit + 0`)
}))

/**
 * Adapts the tags of conversations in a partition that is not visible yet, in steps. Names get the spelling of the
 * owner's tags, and missing tags are created. Beyond `MAX_TAGS_PER_ACCOUNT` no tag is created. The conversation shows
 * such a name all the same.
 */
export function * createMissingTags (db: Db, userNo: number, partitionNo: number, now: number): Generator<void, void, void> {
  for (let after = ''; ;) {
    const stored = storedAfter(db, partitionNo, after)
    after = stored.at(-1) ?? after
    const names = spelledTags(tagSpellings(db, userNo), cleanNames(shownTags(tagNames(db, userNo), stored)))
    ensureTags(db, userNo, missingTags(db, userNo, names).slice(0, roomForTags(db, userNo)), { description: null, now })
    yield * respell(db, userNo, partitionNo, stored)
    if (stored.length < STEP_TAGS) return
    yield
  }
}

/** Returns the next names in a partition, in the order of their code points. */
function storedAfter (db: Db, partitionNo: number, after: string): string[] {
  const { nextTag } = statements(db)
  const stored: string[] = []
  for (let tag = nextTag.get({ partitionNo, after }); typeof tag === 'string' && stored.length < STEP_TAGS; tag = nextTag.get({ partitionNo, after: tag })) {
    stored.push(tag)
  }
  return stored
}

/** Rewrites the conversations of a partition that spell one of the names otherwise than their owner's tags. */
function * respell (db: Db, userNo: number, partitionNo: number, stored: string[]): Generator<void, void, void> {
  for (let [name, ...left] = misspelled(db, userNo, stored); name !== undefined; [name, ...left] = misspelled(db, userNo, left)) {
    const carriers = statements(db).carriers.all({ partitionNo, tag: name, limit: STEP_CONVERSATIONS })
    const names = tagNames(db, userNo)
    const spellings = tagSpellings(db, userNo)
    for (const { pk, tags } of carriers) {
      storeTags(db, userNo, pk, spelledTags(spellings, cleanNames(shownTags(names, JSON.parse(tags)))))
    }
    if (carriers.length === STEP_CONVERSATIONS) left.unshift(name)
    yield
  }
}

/** Returns the stored names that differ in spelling from their owner's tags. */
function misspelled (db: Db, userNo: number, stored: string[]): string[] {
  if (stored.length === 0) return []
  const names = tagNames(db, userNo)
  const spellings = tagSpellings(db, userNo)
  return stored.filter((name) => {
    const shown = shownName(names, name)
    return shown !== null && !spelledTags(spellings, cleanNames([shown])).includes(shown)
  })
}

function cleanNames (names: string[]): string[] {
  return names.map(cleanTagName).filter((name) => name !== '')
}
