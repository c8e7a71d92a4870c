import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, result } from '../../api/client.js'
import type { components } from '../../api/schema.js'
import { formatDate, t } from '../../i18n/index.js'
import { copyText } from '../../parts/clipboard.js'
import { Question } from '../../parts/dialog.js'
import { Field, Form } from '../../parts/form.js'
import { attempt } from '../../state/notices.js'

type ApiKey = components['schemas']['ApiKey']

const scopes = ['read', 'write', 'import', 'export'] as const

/** Keys for programs: made once and shown once, then only deleted. */
export function Keys () {
  const keys = useSignal<ApiKey[]>([])
  const made = useSignal<string | null>(null)
  const asked = useSignal<ApiKey | null>(null)
  const load = () => attempt(async () => { keys.value = (await result(api.GET('/api/keys'))).keys })
  useEffect(() => { load() }, [])

  async function make (form: FormData) {
    const chosen = scopes.filter((scope) => form.has(scope))
    made.value = (await result(api.POST('/api/keys', { body: { name: String(form.get('name')).trim(), scopes: chosen } }))).key
    await load()
  }

  async function remove ({ id }: ApiKey) {
    await result(api.DELETE('/api/keys/{keyId}', { params: { path: { keyId: id } } }))
    await load()
  }

  return (
    <>
      <p class='quiet'>{t('keyring.lead')}</p>
      <ul class='entries'>
        {keys.value.map((key) => (
          <li key={key.id} class='setting'>
            <div>
              <p class='setting-title'><bdi>{key.name}</bdi> <code>…{key.lastFour}</code></p>
              <p class='quiet small'>{key.scopes.join(', ')} · {key.lastUsedAt ? t('keyring.lastUsed', { date: formatDate(key.lastUsedAt) }) : t('keyring.unused')}</p>
            </div>
            <button type='button' class='button danger' onClick={() => { asked.value = key }}>{t('common.delete')}</button>
          </li>
        ))}
      </ul>
      {made.value !== null && (
        <div class='made-key' role='status'>
          <p>{t('keyring.once')}</p>
          <code>{made.value}</code>
          <button type='button' class='button primary' onClick={() => { copyText(made.value ?? '') }}>{t('code.copy')}</button>
        </div>
      )}
      <Form action={t('keyring.make')} isWide={false} onSend={make}>
        <Field name='name' type='text' label={t('keyring.name')} autoComplete='off' />
        <fieldset class='labelled'>
          <legend>{t('keyring.scopes')}</legend>
          {scopes.map((scope) => <label key={scope} class='toggle'><input type='checkbox' name={scope} defaultChecked={scope === 'read'} />{t(`keyring.${scope}`)}</label>)}
        </fieldset>
      </Form>
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
