import { t } from '../i18n/index.js'
import { copyText } from './clipboard.js'

/** Something that is shown only now, to be copied. */
export function Secret ({ text, secret }: { text: string, secret: string }) {
  return (
    <div class='secret' role='status'>
      <p>{text}</p>
      <code>{secret}</code>
      <button type='button' class='button primary' onClick={() => { copyText(secret) }}>{t('code.copy')}</button>
    </div>
  )
}
