import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { cachedLivePartitions } from './partitions.js'
import { cachedTagNames, shownTags } from './tag-names.js'
import { cleanTagName, tagKey } from './tag-spelling.js'

/** What a conversation must be, whatever is said in it. What is left out does not limit. */
export interface Conditions {
  isArchived?: boolean
  /** Only pinned ones; false does not limit. */
  pinned?: boolean
  /** Any of these tags. An empty list does not limit. */
  tags?: string[]
  /** All of these tags. */
  allTags?: string[]
  /** None of these tags. */
  notTags?: string[]
  /** Without any tag. */
  isUntagged?: boolean
  /** Ignoring case. */
  endpoint?: string
  /** The beginning of the model's name, ignoring case. */
  model?: string
  /** The format it was imported from, ignoring case. */
  source?: string
  conversationId?: string
  /** Changed at this time or later, in milliseconds since 1970. */
  after?: number
  /** Created before this time. */
  before?: number
}

interface Row {
  conversationId: string
  partitionNo: number
  isArchived: number
  pinned: number
  tags: string
  endpoint: string | null
  model: string | null
  source: string | null
  createdAt: number
  updatedAt: number
}

// Raw SQL: it runs once for each conversation of a scan, and Drizzle takes three times as long.
const rows = prepared(({ $client: sqlite }: Db) => sqlite.prepare<[number], Row>(
  `SELECT c.conversation_id AS conversationId, c.partition_no AS partitionNo, c.is_archived AS isArchived, c.pinned, c.tags, c.endpoint, c.model, o.source,
     c.created_at AS createdAt, c.updated_at AS updatedAt
   FROM conversations c LEFT JOIN import_origins o ON o.conversation_pk = c.pk WHERE c.pk = ?`))

/** Returns a test whether a conversation is visible to the user and meets the conditions. Each conversation is read once. */
export function conversationTest (db: Db, userNo: number, conditions: Conditions): (pk: number) => boolean {
  const partitions = new Set(cachedLivePartitions(db, userNo))
  const names = cachedTagNames(db, userNo)
  const tests = testsOf(conditions)
  const results = new Map<number, boolean>()
  return (pk) => {
    const known = results.get(pk)
    if (known !== undefined) return known
    const row = rows(db).get(pk)
    const tags = row && needsTags(conditions) ? shownTags(names, JSON.parse(row.tags)).map(tagKey) : []
    const result = row !== undefined && partitions.has(row.partitionNo) && tests.every((test) => test(row, tags))
    results.set(pk, result)
    return result
  }
}

/** Whether a list needs to test each row for these. The others are part of its query. */
export function areTestedByRow ({ allTags = [], notTags = [], isUntagged = false, endpoint, model, source, conversationId, after, before }: Conditions): boolean {
  return allTags.length + notTags.length > 0 || isUntagged || [endpoint, model, source, conversationId, after, before].some((value) => value !== undefined)
}

/** Tests a row and the keys of its tags. */
type Test = (row: Row, tags: string[]) => boolean

function testsOf (conditions: Conditions): Test[] {
  const { isArchived, pinned = false, isUntagged = false, conversationId, after, before } = conditions
  const [any = [], allTags = [], notTags = []] = [conditions.tags, conditions.allTags, conditions.notTags].map((tags) => tags?.map(keyOf))
  const [endpoint, model, source] = [conditions.endpoint, conditions.model, conditions.source].map((value) => value?.toLowerCase())
  const tests: Array<Test | false> = [
    isArchived !== undefined && ((row) => row.isArchived === Number(isArchived)),
    pinned && ((row) => row.pinned === 1),
    any.length > 0 && ((row, tags) => any.some((tag) => tags.includes(tag))),
    allTags.length > 0 && ((row, tags) => allTags.every((tag) => tags.includes(tag))),
    notTags.length > 0 && ((row, tags) => !notTags.some((tag) => tags.includes(tag))),
    isUntagged && ((row, tags) => tags.length === 0),
    endpoint !== undefined && ((row) => row.endpoint?.toLowerCase() === endpoint),
    model !== undefined && ((row) => row.model?.toLowerCase().startsWith(model) === true),
    source !== undefined && ((row) => row.source?.toLowerCase() === source),
    conversationId !== undefined && ((row) => row.conversationId === conversationId),
    after !== undefined && ((row) => row.updatedAt >= after),
    before !== undefined && ((row) => row.createdAt < before)
  ]
  return tests.filter((test) => test !== false)
}

function keyOf (tag: string) {
  return tagKey(cleanTagName(tag))
}

function needsTags ({ tags = [], allTags = [], notTags = [], isUntagged = false }: Conditions) {
  return tags.length + allTags.length + notTags.length > 0 || isUntagged
}
