import { t } from '../i18n/index.js'
import { Icon } from '../parts/icon.js'
import { ListFilter } from '../parts/list-filter.js'
import { SearchFilter } from '../parts/search-filter.js'
import { SelectionBar } from '../parts/selection-bar.js'
import { screen } from '../state/address.js'
import { endSearch, isSearching, searchText, submitSearch, typeSearch } from '../state/search.js'
import { ConversationList } from './list.js'
import { SearchResults } from './search-results.js'

/** The side of the page: the ways to everything, the search field, and what it or the list shows. */
export function Side () {
  const { name } = screen.value
  return (
    <aside class='side' aria-label={t('list.label')} onKeyDown={moveByArrows}>
      <div class='side-head'>
        <div class='side-bar'>
          <a class='brand' href='/'><img src='/icon.svg' alt='' width='24' height='24' />Parley</a>
          <nav aria-label={t('nav.label')}>
            <a class='icon-button' href='/import' aria-label={t('nav.import')} title={t('nav.import')} aria-current={name === 'import' ? 'page' : undefined}><Icon name='import' /></a>
            <a class='icon-button' href='/settings' aria-label={t('nav.settings')} title={t('nav.settings')} aria-current={name === 'settings' ? 'page' : undefined}><Icon name='settings' /></a>
          </nav>
        </div>
        <div class='side-tools'>
          <SearchField />
          {isSearching.value ? <SearchFilter key='search' /> : <ListFilter key='list' />}
        </div>
      </div>
      <div class='side-content'>{isSearching.value ? <SearchResults /> : <ConversationList />}</div>
      {!isSearching.value && <SelectionBar />}
    </aside>
  )
}

/** Up and down go through the search field and the links below it. */
function moveByArrows (event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('#search, .row-link, .hit-link')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  if (at < 0) return
  event.preventDefault()
  stops[at + step]?.focus()
}

function SearchField () {
  return (
    <form class='search-field' role='search' onSubmit={(event) => { event.preventDefault(); submitSearch() }}>
      <Icon name='search' />
      <input
        id='search' type='search' value={searchText} placeholder={t('search.placeholder')} aria-label={t('search.label')} autoComplete='off' dir='auto' enterKeyHint='search'
        onInput={({ currentTarget }) => typeSearch(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.currentTarget.blur()
          endSearch()
        }}
      />
      {searchText.value !== '' && (
        <button type='button' class='icon-button' aria-label={t('search.clear')} onClick={endSearch}><Icon name='close' /></button>
      )}
    </form>
  )
}
