import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.js'
import { changeFilter, filter, type ListFilter as Filter } from '../state/conversations.js'
import { endpoints, reloadSources, sources } from '../state/origins.js'
import { tags } from '../state/tags.js'
import { formatNames } from './formats.js'
import { Menu, MenuEntry, MenuHeading } from './menu.js'
import { serviceName } from './service.js'

const sorts = ['updatedAt', 'createdAt', 'title'] as const

/** A filter without what narrows the list. */
const everything = { tag: null, source: null, endpoint: null, isArchived: false } satisfies Partial<Filter>

/** Shows the list without any filter, in the order it has. */
export function clearFilter () {
  changeFilter(everything)
}

/** Chooses which conversations are listed and in which order. */
export function ListFilter () {
  const { isArchived, sortBy } = filter.value
  return (
    <Menu label={t('list.filter')} icon='filter' onOpen={reloadSources}>
      <MenuHeading>{t('list.show')}</MenuHeading>
      <MenuEntry isChecked={!isArchived} onPick={() => changeFilter({ isArchived: false })}>{t('list.active')}</MenuEntry>
      <MenuEntry isChecked={isArchived} onPick={() => changeFilter({ isArchived: true })}>{t('list.archived')}</MenuEntry>
      <MenuHeading>{t('list.sort')}</MenuHeading>
      {sorts.map((sort) => <MenuEntry key={sort} isChecked={sortBy === sort} onPick={() => changeFilter({ sortBy: sort })}>{t(`list.${sort}`)}</MenuEntry>)}
      <Choices name='endpoint' heading={t('list.endpoint')} all={t('list.allEndpoints')} values={endpoints.value} show={serviceName} />
      <Choices name='source' heading={t('list.source')} all={t('list.allSources')} values={sources.value} show={formatNames} />
      <Choices
        name='tag' heading={t('list.tag')} all={t('list.allTags')} values={tags.value.map(({ tag }) => tag)}
        show={(tag) => <><bdi>{tag}</bdi> <span class='quiet'>{tags.value.find((known) => known.tag === tag)?.count}</span></>}
      />
    </Menu>
  )
}

interface ChoicesProps { name: 'tag' | 'source' | 'endpoint', heading: string, all: string, values: string[], show (value: string): ComponentChildren }

/** The values that one member of the filter can have, and none of them. */
function Choices ({ name, heading, all, values, show }: ChoicesProps) {
  if (values.length === 0) return null
  const chosen = filter.value[name]
  return (
    <>
      <MenuHeading>{heading}</MenuHeading>
      <MenuEntry isChecked={chosen === null} onPick={() => changeFilter({ [name]: null })}>{all}</MenuEntry>
      {values.map((value) => <MenuEntry key={value} isChecked={chosen === value} onPick={() => changeFilter({ [name]: value })}>{show(value)}</MenuEntry>)}
    </>
  )
}

/** What the list is narrowed to, with a way out of each. */
export function ActiveFilters () {
  const { tag, source, endpoint, isArchived } = filter.value
  const chips: Array<{ name: keyof typeof everything, text: string }> = []
  if (isArchived) chips.push({ name: 'isArchived', text: t('list.archived') })
  if (endpoint !== null) chips.push({ name: 'endpoint', text: serviceName(endpoint) })
  if (source !== null) chips.push({ name: 'source', text: formatNames(source) })
  if (tag !== null) chips.push({ name: 'tag', text: tag })
  if (chips.length === 0) return null
  return (
    <div class='active-filters'>
      {chips.map(({ name, text }) => (
        <button key={name} type='button' class='chip' onClick={() => changeFilter({ [name]: everything[name] })}><bdi>{text}</bdi> ×</button>
      ))}
    </div>
  )
}
