import { t } from '../i18n/index.js'
import { changeFilter, filter } from '../state/conversations.js'
import { tags } from '../state/tags.js'
import { Menu, MenuEntry, MenuHeading } from './menu.js'

const sorts = ['updatedAt', 'createdAt', 'title'] as const

/** Chooses which conversations are listed and in which order. */
export function ListFilter () {
  const { tag, isArchived, sortBy } = filter.value
  return (
    <Menu label={t('list.filter')} icon='filter'>
      <MenuHeading>{t('list.show')}</MenuHeading>
      <MenuEntry isChecked={!isArchived} onPick={() => changeFilter({ isArchived: false })}>{t('list.active')}</MenuEntry>
      <MenuEntry isChecked={isArchived} onPick={() => changeFilter({ isArchived: true })}>{t('list.archived')}</MenuEntry>
      <MenuHeading>{t('list.sort')}</MenuHeading>
      {sorts.map((sort) => <MenuEntry key={sort} isChecked={sortBy === sort} onPick={() => changeFilter({ sortBy: sort })}>{t(`list.${sort}`)}</MenuEntry>)}
      {tags.value.length > 0 && <MenuHeading>{t('list.tag')}</MenuHeading>}
      {tags.value.length > 0 && <MenuEntry isChecked={tag === null} onPick={() => changeFilter({ tag: null })}>{t('list.allTags')}</MenuEntry>}
      {tags.value.map(({ tag: name, count }) => (
        <MenuEntry key={name} isChecked={tag === name} onPick={() => changeFilter({ tag: name })}><bdi>{name}</bdi> <span class='quiet'>{count}</span></MenuEntry>
      ))}
    </Menu>
  )
}

/** What the list is narrowed to, with a way out of each. */
export function ActiveFilters () {
  const { tag, isArchived } = filter.value
  if (tag === null && !isArchived) return null
  return (
    <div class='active-filters'>
      {isArchived && <button type='button' class='chip' onClick={() => changeFilter({ isArchived: false })}>{t('list.archived')} ×</button>}
      {tag !== null && <button type='button' class='chip' onClick={() => changeFilter({ tag: null })}><bdi>{tag}</bdi> ×</button>}
    </div>
  )
}
