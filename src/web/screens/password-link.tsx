import { api, result } from '../api/client.js'
import { renewSession } from '../api/session.js'
import { t } from '../i18n/index.js'
import { Field, Form } from '../parts/form.js'
import { FrontCard } from '../parts/front-card.js'
import { address, go } from '../state/address.js'
import { announce } from '../state/notices.js'

/** Sets a new password by a link that an administrator made. The token stands behind the #, which no server gets to see. */
export function PasswordLink () {
  const token = address.value.hash.slice(1)
  async function send (form: FormData) {
    await result(api.POST('/api/auth/password-link', { body: { token, password: String(form.get('password')) } }))
    announce(t('done.passwordChanged'))
    go('/', { replace: true })
    // The session of this browser ended too if it was of that account.
    await renewSession()
  }
  return (
    <FrontCard title={t('password.title')}>
      <p class='quiet'>{t('password.text')}</p>
      <Form action={t('password.set')} onSend={send}>
        <Field name='password' type='password' label={t('security.new')} hint={t('sign.passwordHint')} autoComplete='new-password' minLength={8} isFocused />
      </Form>
      <a href='/'>{t('password.back')}</a>
    </FrontCard>
  )
}
