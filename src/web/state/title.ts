import { effect } from '@preact/signals'
import { account } from '../api/session.js'
import { t } from '../i18n/index.js'
import { screen, searched } from './address.js'
import { openConversation } from './reader.js'

/** Keeps the title of the document, which the tab, the history and screen readers call the screen by. */
export function followTitle () {
  effect(() => {
    // Who is signed out leaves no title behind.
    const title = account.value ? titleOfScreen() : ''
    document.title = title === '' ? 'Parley' : `${title} – Parley`
  })
}

function titleOfScreen (): string {
  switch (screen.value.name) {
    case 'conversation': return openConversation.value ? openConversation.value.title || t('list.untitled') : ''
    case 'search': return searched.value || t('search.label')
    case 'import': return t('import.title')
    case 'settings': return t('settings.title')
    case 'unknown': return t('app.unknown')
    default: return ''
  }
}
