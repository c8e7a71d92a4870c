import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../../i18n/index.js'
import { isHelpShown } from '../../state/keyboard.js'

/** The version of the package that the page was built from (`vite.config.ts`), which is the server's. */
declare const PACKAGE_VERSION: string

/** What runs here, and where its description is. */
export function About () {
  const hasDocs = useSignal(false)
  useEffect(() => {
    // The description of the API may be switched off.
    fetch('/docs/json', { method: 'HEAD' }).then(({ ok }) => { hasDocs.value = ok }, () => {})
  }, [])
  return (
    <>
      <dl class='facts'>
        <div><dt>{t('settings.version')}</dt><dd>{PACKAGE_VERSION}</dd></div>
        {hasDocs.value && <div><dt>{t('settings.api')}</dt><dd><a href='/docs' target='_blank'>/docs</a> <span class='quiet small'>{t('settings.apiHint')}</span></dd></div>}
        <div><dt>{t('settings.shortcuts')}</dt><dd><button type='button' class='link-button' onClick={() => { isHelpShown.value = true }}>{t('keys.help')}</button></dd></div>
      </dl>
    </>
  )
}
