import { api, result } from '../../api/client.js'
import type { Session } from '../../api/types.js'
import { formatTime, t } from '../../i18n/index.js'
import { Field, Form } from '../../parts/form.js'
import { Loaded, useReading } from '../../parts/loaded.js'
import { announce, attempt } from '../../state/notices.js'
import { Row } from './row.js'

/** The password, and where one is signed in. */
export function Security () {
  const sessions = useReading(async () => (await result(api.GET('/api/auth/sessions'))).sessions)

  async function change (form: FormData) {
    const current = String(form.get('current'))
    await result(api.POST('/api/user/password', { body: { new: String(form.get('new')), ...(current !== '' && { current }) } }))
    announce(t('done.passwordChanged'))
    // All other sessions ended with the old password.
    await sessions.reload()
  }

  return (
    <>
      <h3>{t('security.password')}</h3>
      <Form action={t('security.change')} isWide={false} onSend={change}>
        <Field name='current' type='password' label={t('security.current')} hint={t('security.recent')} autoComplete='current-password' isOptional />
        <Field name='new' type='password' label={t('security.new')} hint={t('sign.passwordHint')} autoComplete='new-password' minLength={8} />
      </Form>
      <h3>{t('security.sessions')}</h3>
      <Loaded of={sessions} title={t('security.sessionsFailed')}>{(list) => <Sessions sessions={list} onChange={() => sessions.reload()} />}</Loaded>
    </>
  )
}

function Sessions ({ sessions, onChange }: { sessions: Session[], onChange (): Promise<void> }) {
  const end = (sessionId: string) => attempt(async () => {
    await result(api.DELETE('/api/auth/sessions/{sessionId}', { params: { path: { sessionId } } }))
    await onChange()
  })
  const endOthers = () => attempt(async () => {
    await result(api.DELETE('/api/auth/sessions'))
    await onChange()
  })
  return (
    <>
      <ul class='entries'>
        {sessions.map(({ id, userAgent, isCurrent, lastUsedAt }) => (
          <li key={id}>
            <Row
              title={<><bdi>{clientName(userAgent)}</bdi> {isCurrent && <span class='badge'>{t('security.thisOne')}</span>}</>}
              facts={t('security.lastUsed', { time: formatTime(lastUsedAt) })}
            >
              {!isCurrent && <button type='button' class='button' onClick={() => { end(id) }}>{t('security.end')}</button>}
            </Row>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <button type='button' class='button' onClick={() => { endOthers() }}>{t('security.endOthers')}</button>}
    </>
  )
}

/** A browser as the server names it ("Firefox on Linux"), in the language of the page; a program by its own name. */
function clientName (userAgent: string): string {
  const [browser, system] = userAgent.split(' on ')
  if (browser && system) return t('security.client', { browser, system })
  return userAgent || t('security.unknownClient')
}
