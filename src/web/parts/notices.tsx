import { failureText, t } from '../i18n/index.js'
import { dismiss, notices } from '../state/notices.js'
import { Icon } from './icon.js'

/** What the page tells in passing. The region is always there, because screen readers only hear changes within one. */
export function Notices () {
  return (
    <div class='notices' role='status' aria-live='polite'>
      {notices.value.map(({ id, text, failure, undo }) => (
        <div key={id} class={failure ? 'notice failed' : 'notice'}>
          <Icon name={failure ? 'warning' : 'check'} />
          <div>
            {failure ? failureText(failure) : text}
            {failure?.requestId && <div class='small'>{t('common.requestId', { id: failure.requestId })}</div>}
          </div>
          {undo && <button type='button' class='link-button' onClick={() => { dismiss(id); undo() }}>{t('common.undo')}</button>}
          <button type='button' class='icon-button' aria-label={t('common.close')} onClick={() => dismiss(id)}><Icon name='close' /></button>
        </div>
      ))}
    </div>
  )
}
