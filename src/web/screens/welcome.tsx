import { t } from '../i18n/index.js'
import { Icon } from '../parts/icon.js'
import { isHelpShown } from '../state/keyboard.js'

/** What stands beside the list while no conversation is open. */
export function Welcome () {
  return (
    <div class='welcome'>
      <img src='/icon.svg' alt='' width='56' height='56' />
      <h1>Parley</h1>
      <p class='lead'>{t('sign.tagline')}</p>
      <p class='welcome-actions'>
        <a class='button' href='/import'><Icon name='import' />{t('nav.import')}</a>
        <button type='button' class='button' onClick={() => { isHelpShown.value = true }}><Icon name='keyboard' />{t('nav.keys')}</button>
      </p>
    </div>
  )
}
