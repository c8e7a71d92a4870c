import { t } from '../i18n/index.js'
import { addFiles } from '../state/imports.js'
import { Icon } from './icon.js'

/** Where files are chosen. Dropping them works here and anywhere else on the page. */
export function FileChooser () {
  return (
    <label class='file-chooser'>
      <Icon name='import' />
      <span class='file-chooser-title'>{t('import.drop')}</span>
      <span class='button primary'>{t('import.choose')}</span>
      <span class='quiet small'>{t('import.private')}</span>
      <input
        type='file' multiple class='visually-hidden'
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? [])
          currentTarget.value = ''
        }}
      />
    </label>
  )
}
