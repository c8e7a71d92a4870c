import { useSignal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { signInByProxy, startSession } from '../api/session.js'
import { t } from '../i18n/index.js'
import { Field, Form } from '../parts/form.js'
import { FrontCard } from '../parts/front-card.js'
import { attempt } from '../state/notices.js'
import { serverConfig } from '../state/server.js'

/** Signing in. While the server has no account yet, making the first one. */
export function SignIn () {
  const isOpen = serverConfig.value?.registrationEnabled === true
  const isFirst = serverConfig.value?.hasAccounts === false
  const isRegistering = useSignal(isFirst)
  return (
    <FrontCard title={t(isRegistering.value ? 'sign.firstTitle' : 'sign.inTitle')}>
      {isRegistering.value && isFirst && <p class='quiet'>{t('sign.firstText')}</p>}
      {isRegistering.value ? <RegisterForm /> : <SignInForm />}
      {isOpen && !isFirst && (
        <button type='button' class='link-button' onClick={() => { isRegistering.value = !isRegistering.value }}>
          {t(isRegistering.value ? 'sign.toSignIn' : 'sign.toRegister')}
        </button>
      )}
    </FrontCard>
  )
}

/** The form alone; also what asks again when a session has ended. */
export function SignInForm ({ email = '' }: { email?: string }) {
  return (
    <>
      <Form action={t('sign.in')} onSend={signIn}>
        <Field name='email' type='email' label={t('sign.email')} autoComplete='username' value={email} isFocused={email === ''} />
        <Field name='password' type='password' label={t('sign.password')} autoComplete='current-password' isFocused={email !== ''} />
      </Form>
      {serverConfig.value?.isProxied && <button type='button' class='button wide' onClick={() => { attempt(signInByProxy) }}>{t('sign.byProxy')}</button>}
    </>
  )
}

function RegisterForm () {
  async function register (form: FormData) {
    const name = String(form.get('name')).trim()
    const body = { email: String(form.get('email')), password: String(form.get('password')), ...(name !== '' && { name }) }
    await result(api.POST('/api/auth/register', { body }))
    await signIn(form)
  }
  return (
    <Form action={t('sign.create')} onSend={register}>
      <Field name='name' type='text' label={t('sign.name')} autoComplete='name' isFocused />
      <Field name='email' type='email' label={t('sign.email')} autoComplete='username' />
      <Field name='password' type='password' label={t('sign.password')} hint={t('sign.passwordHint')} autoComplete='new-password' minLength={8} />
    </Form>
  )
}

async function signIn (form: FormData) {
  const body = { email: String(form.get('email')), password: String(form.get('password')) }
  startSession(await result(api.POST('/api/auth/login', { body })))
}
