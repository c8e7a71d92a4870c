import { t } from '../../i18n/index.js'
import { Field } from '../../parts/form.js'

/** The password once more, for what a stolen session must not do. */
export function PasswordProof () {
  return <Field name='password' type='password' label={t('security.current')} hint={t('security.recent')} autoComplete='current-password' isOptional />
}
