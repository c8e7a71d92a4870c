import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../../i18n/index.js'
import { isHelpShown } from '../../state/keyboard.js'

/** What runs here, and where its description is. */
export function About () {
  const version = useSignal<string | null>(null)
  useEffect(() => {
    // The description of the API says which version it is of; it may be switched off.
    fetch('/docs/json').then((response) => response.ok ? response.json() : null).then((description) => { version.value = description?.info.version ?? null }, () => {})
  }, [])
  return (
    <>
      <dl class='facts'>
        <div><dt>{t('settings.version')}</dt><dd>{version.value ?? '–'}</dd></div>
        {version.value !== null && <div><dt>{t('settings.api')}</dt><dd><a href='/docs' target='_blank'>/docs</a> <span class='quiet small'>{t('settings.apiHint')}</span></dd></div>}
        <div><dt>{t('settings.shortcuts')}</dt><dd><button type='button' class='link-button' onClick={() => { isHelpShown.value = true }}>{t('keys.help')}</button></dd></div>
      </dl>
    </>
  )
}
