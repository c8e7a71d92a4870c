import { useComputed } from '@preact/signals'
import type { ConversationRow as Row } from '../api/types.js'
import { formatDay, t } from '../i18n/index.js'
import { ConversationRow } from '../parts/conversation-row.js'
import { FailureNote } from '../parts/failure-note.js'
import { ActiveFilters, clearFilter } from '../parts/list-filter.js'
import { ScrollEnd } from '../parts/scroll-end.js'
import { Skeleton } from '../parts/skeleton.js'
import { filter, hasMore, type ListFilter, listFailure, listStatus, loadMore, pinnedRows, reloadList, rows, rowsSortBy } from '../state/conversations.js'

/** The conversations: pinned ones on top, then by day, or by their first letter when sorted by title. */
export function ConversationList () {
  const groups = useComputed(() => grouped(rows.value, rowsSortBy.value))
  const isEmpty = rows.value.length === 0 && pinnedRows.value.length === 0
  if (listStatus.value === 'loading') return <Skeleton kind='rows' count={9} />
  if (listStatus.value === 'failed' && isEmpty) return <FailureNote title={t('list.failed')} failure={listFailure.value} onRetry={reloadList} />
  return (
    <>
      <ActiveFilters />
      {isEmpty && <EmptyList />}
      <Group heading={t('list.pinned')} rows={pinnedRows.value} />
      {groups.value.map(({ heading, rows }) => <Group key={heading} heading={heading} rows={rows} />)}
      {listStatus.value === 'more' && <Skeleton kind='rows' count={3} />}
      {listStatus.value === 'failed' && <FailureNote title={t('list.failed')} failure={listFailure.value} onRetry={reloadList} />}
      {/* A new mark for each page: one that stays in sight is not reached again. */}
      {hasMore.value && <ScrollEnd key={rows.value.length} onReach={loadMore} />}
    </>
  )
}

function Group ({ heading, rows }: { heading: string, rows: Row[] }) {
  if (rows.length === 0) return null
  return (
    <section class='group'>
      <h2 class='group-heading'>{heading}</h2>
      <ul>{rows.map((row) => <ConversationRow key={row.conversationId} row={row} />)}</ul>
    </section>
  )
}

function EmptyList () {
  const { tag, source, endpoint, isArchived } = filter.value
  const isNarrowed = tag !== null || source !== null || endpoint !== null
  const isFiltered = isNarrowed || isArchived
  return (
    <div class='empty'>
      <p class='empty-title'>{t(isNarrowed ? 'list.emptyFilter' : isArchived ? 'list.emptyArchive' : 'list.empty')}</p>
      {isNarrowed && <p>{t('list.emptyFilterHint')}</p>}
      {isFiltered
        ? <button type='button' class='button' onClick={clearFilter}>{t('list.clearFilter')}</button>
        : <><p>{t('list.emptyHint')}</p><a class='button primary' href='/import'>{t('nav.import')}</a></>}
    </div>
  )
}

/** Neighbours under the same heading; the order of the rows is kept. */
function grouped (rows: Row[], sortBy: ListFilter['sortBy']): Array<{ heading: string, rows: Row[] }> {
  const groups: Array<{ heading: string, rows: Row[] }> = []
  for (const row of rows) {
    const heading = sortBy === 'title' ? [...row.title.trim()][0]?.toLocaleUpperCase() ?? '–' : formatDay(row[sortBy])
    const last = groups.at(-1)
    if (last?.heading === heading) last.rows.push(row)
    else groups.push({ heading, rows: [row] })
  }
  return groups
}
