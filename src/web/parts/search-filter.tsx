import { t } from '../i18n/index.js'
import { searched } from '../state/address.js'
import { changeSearch, isRanked } from '../state/search.js'
import { offeredOperators, operatorsIn, toggleOperator } from '../state/search-operators.js'
import { Menu, MenuEntry, MenuHeading } from './menu.js'

/** Chooses the order of what is found, and adds filters to the search. */
export function SearchFilter () {
  const operators = operatorsIn(searched.value)
  return (
    <Menu label={t('search.filter')} icon='filter'>
      <MenuHeading>{t('list.sort')}</MenuHeading>
      <MenuEntry isChecked={!isRanked.value} onPick={() => { isRanked.value = false }}>{t('search.newest')}</MenuEntry>
      <MenuEntry isChecked={isRanked.value} onPick={() => { isRanked.value = true }}>{t('search.best')}</MenuEntry>
      <MenuHeading>{t('list.show')}</MenuHeading>
      {offeredOperators.map((operator) => (
        <MenuEntry key={operator} isChecked={operators.includes(operator)} onPick={() => changeSearch(toggleOperator(searched.peek(), operator))}>
          {t(`search.${operator}`)}
        </MenuEntry>
      ))}
    </Menu>
  )
}
