import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { account } from '../../api/session.js'
import type { ApiKey } from '../../api/types.js'
import { formatDate, t } from '../../i18n/index.js'
import { Question } from '../../parts/dialog.js'
import { Field, Form } from '../../parts/form.js'
import { Loaded, useReading } from '../../parts/loaded.js'
import { Secret } from '../../parts/secret.js'
import { attempt } from '../../state/notices.js'
import { Row } from './row.js'

const scopes = ['read', 'write', 'import', 'export', 'admin'] as const
/** How long a key can live, in days. */
const LIFETIMES_DAYS = [30, 90, 365]
const DAY_MS = 86_400_000

/** Keys for programs: made once and shown once, then only deleted. */
export function Keys () {
  const keys = useReading(async () => (await result(api.GET('/api/keys'))).keys)
  const made = useSignal<string | null>(null)
  const asked = useSignal<ApiKey | null>(null)

  async function make (form: FormData) {
    const days = Number(form.get('lifetime'))
    const body = {
      name: String(form.get('name')).trim(),
      scopes: scopes.filter((scope) => form.has(scope)),
      expiresAt: days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString()
    }
    made.value = (await result(api.POST('/api/keys', { body }))).key
    await keys.reload()
  }

  async function remove ({ id }: ApiKey) {
    await result(api.DELETE('/api/keys/{keyId}', { params: { path: { keyId: id } } }))
    await keys.reload()
  }

  return (
    <>
      <p class='quiet'>{t('keyring.lead')}</p>
      <Loaded of={keys} title={t('keyring.failed')}>
        {(list) => list.length > 0 && (
          <ul class='entries'>
            {list.map((key) => (
              <li key={key.id}>
                <Row title={<><bdi>{key.name}</bdi> <code class='quiet'>…{key.lastFour}</code></>} facts={factsOf(key)}>
                  <button type='button' class='button danger' onClick={() => { asked.value = key }}>{t('common.delete')}</button>
                </Row>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {made.value !== null && <Secret text={t('keyring.once')} secret={made.value} />}
      <h3>{t('keyring.new')}</h3>
      <NewKey onSend={make} />
      {asked.value && (
        <Question
          title={t('keyring.deleteTitle', { name: asked.value.name })} text={t('keyring.deleteText')} action={t('common.delete')}
          onAnswer={(isYes) => {
            const key = asked.value
            asked.value = null
            if (isYes && key) attempt(() => remove(key))
          }}
        />
      )}
    </>
  )
}

function NewKey ({ onSend }: { onSend (form: FormData): Promise<void> }) {
  const offered = scopes.filter((scope) => scope !== 'admin' || account.value?.role === 'ADMIN')
  return (
    <Form action={t('keyring.make')} isWide={false} onSend={onSend}>
      <Field name='name' type='text' label={t('keyring.name')} autoComplete='off' />
      <fieldset class='labelled'>
        <legend>{t('keyring.scopes')}</legend>
        {offered.map((scope) => <label key={scope} class='toggle'><input type='checkbox' name={scope} defaultChecked={scope === 'read'} />{t(`keyring.${scope}`)}</label>)}
      </fieldset>
      <div class='labelled'>
        <label for='key-lifetime'>{t('keyring.lifetime')}</label>
        <select id='key-lifetime' class='field' name='lifetime'>
          <option value='0'>{t('keyring.forever')}</option>
          {LIFETIMES_DAYS.map((days) => <option key={days} value={days}>{t('keyring.days', { count: days })}</option>)}
        </select>
      </div>
    </Form>
  )
}

function factsOf ({ scopes: granted, lastUsedAt, expiresAt }: ApiKey): string {
  const facts = [
    scopes.filter((scope) => granted.includes(scope)).map((scope) => t(`keyring.${scope}`)).join(', '),
    lastUsedAt ? t('keyring.lastUsed', { date: formatDate(lastUsedAt) }) : t('keyring.unused')
  ]
  if (expiresAt) facts.push(t(Date.parse(expiresAt) < Date.now() ? 'keyring.expired' : 'keyring.expires', { date: formatDate(expiresAt) }))
  return facts.join(' · ')
}
