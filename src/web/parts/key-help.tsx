import { t, type TextKey } from '../i18n/index.js'
import { isHelpShown } from '../state/keyboard.js'
import { Dialog } from './dialog.js'

const keys: Array<[keys: string[], what: TextKey]> = [
  [['/'], 'keys.search'],
  [['↑', '↓'], 'keys.rows'],
  [['f'], 'keys.find'],
  [['j'], 'keys.nextMessage'],
  [['k'], 'keys.previousMessage'],
  [['[', ']'], 'keys.siblings'],
  [['g'], 'keys.list'],
  [['e'], 'keys.archive'],
  [['t'], 'keys.theme'],
  [['?'], 'keys.help']
]

/** The keys and what they do. */
export function KeyHelp () {
  if (!isHelpShown.value) return null
  const close = () => { isHelpShown.value = false }
  return (
    <Dialog title={t('keys.title')} onClose={close}>
      <dl class='keys'>
        {keys.map(([names, what]) => <div key={what}><dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt><dd>{t(what)}</dd></div>)}
      </dl>
      <div class='dialog-actions'><button type='button' class='button primary' autoFocus onClick={close}>{t('common.close')}</button></div>
    </Dialog>
  )
}
