import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, result } from '../../api/client.js'
import type { components } from '../../api/schema.js'
import { formatTime, t } from '../../i18n/index.js'
import { Field, Form } from '../../parts/form.js'
import { announce, attempt } from '../../state/notices.js'

type Session = components['schemas']['Session']

/** The password, and where one is signed in. */
export function Security () {
  async function change (form: FormData) {
    const body = { current: String(form.get('current')), new: String(form.get('new')) }
    announce((await result(api.POST('/api/user/password', { body }))).message)
  }
  return (
    <>
      <h3>{t('security.password')}</h3>
      <Form action={t('security.change')} isWide={false} onSend={change}>
        <Field name='current' type='password' label={t('security.current')} autoComplete='current-password' />
        <Field name='new' type='password' label={t('security.new')} hint={t('sign.passwordHint')} autoComplete='new-password' minLength={8} />
      </Form>
      <Sessions />
    </>
  )
}

function Sessions () {
  const sessions = useSignal<Session[]>([])
  const load = () => attempt(async () => { sessions.value = (await result(api.GET('/api/auth/sessions'))).sessions })
  useEffect(() => { load() }, [])

  async function end (sessionId: string) {
    await result(api.DELETE('/api/auth/sessions/{sessionId}', { params: { path: { sessionId } } }))
    await load()
  }

  async function endOthers () {
    await result(api.DELETE('/api/auth/sessions'))
    await load()
  }

  return (
    <>
      <h3>{t('security.sessions')}</h3>
      <ul class='entries'>
        {sessions.value.map(({ id, userAgent, isCurrent, lastUsedAt }) => (
          <li key={id} class='setting'>
            <div>
              <p class='setting-title'><bdi>{userAgent || t('security.unknownClient')}</bdi> {isCurrent && <span class='badge'>{t('security.thisOne')}</span>}</p>
              <p class='quiet small'>{t('security.lastUsed', { time: formatTime(lastUsedAt) })}</p>
            </div>
            {!isCurrent && <button type='button' class='button' onClick={() => { attempt(() => end(id)) }}>{t('security.end')}</button>}
          </li>
        ))}
      </ul>
      {sessions.value.length > 1 && <button type='button' class='button' onClick={() => { attempt(endOthers) }}>{t('security.endOthers')}</button>}
    </>
  )
}
