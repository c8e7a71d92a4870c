import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api, result } from '../../api/client.js'
import type { components } from '../../api/schema.js'
import { account } from '../../api/session.js'
import { formatBytes, t } from '../../i18n/index.js'
import { attempt } from '../../state/notices.js'

type ListedUser = components['schemas']['ListedUser']

/** For administrators: who has an account, who may sign in, and whether others may make one. */
export function Users () {
  const users = useSignal<ListedUser[]>([])
  const cursor = useSignal<string | null>(null)
  /** Null until the server has told. */
  const isOpen = useSignal<boolean | null>(null)

  async function more () {
    const page = await result(api.GET('/api/admin/users', { params: { query: cursor.value === null ? {} : { cursor: cursor.value } } }))
    users.value = [...users.value, ...page.users]
    cursor.value = page.nextCursor
  }

  useEffect(() => {
    attempt(async () => {
      isOpen.value = (await result(api.GET('/api/admin/registration'))).isOpen
      await more()
    })
  }, [])

  async function openRegistration (wanted: boolean) {
    isOpen.value = (await result(api.PUT('/api/admin/registration', { body: { isOpen: wanted } }))).isOpen
  }

  async function change (userId: string, body: { isDisabled?: boolean, role?: 'USER' | 'ADMIN' }) {
    const changed = await result(api.PATCH('/api/admin/users/{userId}', { params: { path: { userId } }, body }))
    users.value = users.value.map((user) => user.id === userId ? changed : user)
  }

  return (
    <>
      <label class='toggle'>
        <input type='checkbox' checked={isOpen.value ?? false} disabled={isOpen.value === null} onChange={({ currentTarget }) => { attempt(() => openRegistration(currentTarget.checked)) }} />
        {t('users.registration')}
      </label>
      <ul class='entries'>
        {users.value.map(({ id, name, email, role, isDisabled, conversations, bytes }) => (
          <li key={id} class='setting'>
            <div>
              <p class='setting-title'><bdi>{name || email}</bdi> {role === 'ADMIN' && <span class='badge'>{t('settings.role.ADMIN')}</span>} {isDisabled && <span class='badge warning'>{t('users.disabled')}</span>}</p>
              <p class='quiet small'>{email} · {t('list.end', { count: conversations })} · {formatBytes(bytes)}</p>
            </div>
            {id !== account.value?.id && (
              <button type='button' class='button' onClick={() => { attempt(() => change(id, { isDisabled: !isDisabled })) }}>{t(isDisabled ? 'users.enable' : 'users.disable')}</button>
            )}
          </li>
        ))}
      </ul>
      {cursor.value !== null && <button type='button' class='button' onClick={() => { attempt(more) }}>{t('users.more')}</button>}
    </>
  )
}
