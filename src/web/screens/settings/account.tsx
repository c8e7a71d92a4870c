import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { account, updateAccount } from '../../api/session.js'
import { formatBytes, formatDate, formatNumber, t } from '../../i18n/index.js'
import { Field, Form } from '../../parts/form.js'
import { Loaded, useReading } from '../../parts/loaded.js'
import { announce } from '../../state/notices.js'
import { PasswordProof } from './password-proof.js'
import { WaysOut } from './ways-out.js'

/** Who is signed in, what they have here, and the ways out. */
export function AccountSettings () {
  const user = account.value
  const own = useReading(() => result(api.GET('/api/user')))
  if (!user) return null
  return (
    <>
      {/* A changed account is a new form, with what was saved in its fields. */}
      <Profile key={`${user.name} ${user.email}`} name={user.name} email={user.email} />
      <Loaded of={own} title={t('settings.accountFailed')}>
        {({ usage: { conversations, bytes, maxConversations, maxBytes } }) => (
          <dl class='facts'>
            <div><dt>{t('settings.role')}</dt><dd>{t(`settings.role.${user.role}`)}</dd></div>
            <div><dt>{t('settings.since')}</dt><dd>{formatDate(user.createdAt)}</dd></div>
            <div><dt>{t('settings.stored')}</dt><dd>{formatNumber(conversations)}{maxConversations !== null && ` ${t('settings.of', { most: maxConversations })}`}</dd></div>
            <div><dt>{t('settings.size')}</dt><dd>{formatBytes(bytes)}{maxBytes !== null && ` ${t('settings.of', { most: formatBytes(maxBytes) })}`}</dd></div>
          </dl>
        )}
      </Loaded>
      <WaysOut email={user.email} />
    </>
  )
}

function Profile ({ name, email }: { name: string, email: string }) {
  const typedEmail = useSignal(email)
  async function save (form: FormData) {
    const wanted = { name: String(form.get('name')).trim(), email: String(form.get('email')) }
    const password = String(form.get('password') ?? '')
    const body = {
      name: wanted.name,
      ...(wanted.email !== email && { email: wanted.email }),
      ...(password !== '' && { password })
    }
    updateAccount(await result(api.PATCH('/api/user', { body })))
    announce(t('done.saved'))
  }
  return (
    <Form action={t('common.save')} isWide={false} onSend={save}>
      <Field name='name' type='text' label={t('sign.name')} autoComplete='name' value={name} />
      <Field name='email' type='email' label={t('sign.email')} autoComplete='email' value={email} onType={(typed) => { typedEmail.value = typed }} />
      {typedEmail.value !== email && <PasswordProof />}
    </Form>
  )
}
