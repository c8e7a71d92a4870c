import type { ListQuery } from '../../conversations/list-shape.js'
import { copyFamilies } from '../../conversations/copy-families.js'
import { listConversations, type ListPage, rowsOfKeys } from '../../conversations/list.js'
import type { Db } from '../../db/connection.js'
import { conversationKeys } from '../../db/keys.js'
import { inSnapshot } from '../../db/snapshot.js'
import { listFingerprint } from '../../paging/cursor.js'
import { conversationFilter, withAllTerms } from './conversations.js'
import { MAX_COUNTED, readSearch } from './query.js'
import { rankConversations } from './rank-conversations.js'
import { decodeRanked, encodeRanked, type Ranked, rankedPage } from './ranking.js'

/**
 * Counts the conversations that match any word of the search, up to `MAX_COUNTED`. Returns undefined unless the page is
 * the first page of a search of several words and is empty.
 */
export function countWithAny (db: Db, userNo: number, query: ListQuery, page: ListPage): number | undefined {
  const { search = '', facets, match, cursor = '' } = query
  if (page.rows.length > 0 || page.nextCursor !== null || match === 'any' || cursor !== '') return undefined
  if ((readSearch(search, userNo, facets)?.required.length ?? 0) < 2) return undefined
  return listConversations(db, userNo, { ...query, match: 'any', limit: MAX_COUNTED }, conversationFilter).rows.length
}

/**
 * Returns a page of the conversations that match a search, the best first. Without a required word nothing can be ranked. The
 * page is then sorted by `sortBy` and `sortDirection`, which are ignored otherwise.
 * @throws {DomainError} INVALID_CURSOR; INVALID, see `readSearch`.
 */
export function bestConversations (db: Db, userNo: number, query: ListQuery): ListPage {
  const { isArchived, pinned, tags, conditions = {}, search: text = '', match = 'all', facets = [], collapse, limit, cursor = '' } = query
  const fingerprint = listFingerprint('best', userNo, isArchived, pinned, tags, conditions, text.trimStart(), match, facets, collapse)
  const search = readSearch(text, userNo, facets) ?? { required: [], excluded: [], facet: null }
  if (search.required.length === 0) return listConversations(db, userNo, query, conversationFilter)
  const after = cursor === '' ? null : decodeRanked(cursor, fingerprint, search.required.length)

  return inSnapshot(db, () => {
    const { candidateKeys, accepts } = withAllTerms(db, userNo, match === 'all' ? search : { ...search, required: [] })
    const candidates = candidateKeys && new Set(candidateKeys)
    const isFound = (pk: number) => (candidates?.has(pk) ?? true) && accepts(pk)
    const [firstPk, lastPk] = conversationKeys(userNo)
    const all = { ...conditions, pinned, tags, ...(isArchived !== null && { isArchived }) }
    const { ranking, weights } = rankConversations(db, { userNo, firstPk, lastPk }, search, all, isFound, after?.weights ?? null)
    const familyOf = copyFamilies(db, userNo)
    const copiesOf = ({ key }: Ranked) => familyOf(firstPk + key).map((pk) => pk - firstPk)
    const { page, end } = rankedPage({ ...ranking, ...(collapse && { copiesOf }) }, weights, after, limit)
    return { rows: rowsOfKeys(db, userNo, page.map(({ key }) => firstPk + key)), nextCursor: end && encodeRanked(fingerprint, end) }
  })
}
