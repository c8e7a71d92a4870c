import { t } from '../i18n/index.js'
import { Icon } from './icon.js'

/** The heading of a screen; where the list does not stand beside it, with the way back to it. */
export function PageHead ({ title, lead }: { title: string, lead?: string }) {
  return (
    <header class='page-head'>
      <a class='page-back' href='/'><Icon name='back' />{t('app.home')}</a>
      <h1>{title}</h1>
      {lead && <p class='lead'>{lead}</p>}
    </header>
  )
}
