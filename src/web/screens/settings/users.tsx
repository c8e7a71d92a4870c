import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import type { ListedUser } from '../../api/types.js'
import { t } from '../../i18n/index.js'
import { Loaded, useReading } from '../../parts/loaded.js'
import { attempt } from '../../state/notices.js'
import { UserRow } from './user-row.js'

/** For administrators: who has an account, what each may do, and whether others may make one. */
export function Users () {
  const registration = useReading(() => result(api.GET('/api/admin/registration')))
  const first = useReading(() => usersAfter(null))

  async function openRegistration (isOpen: boolean) {
    registration.value.value = await result(api.PUT('/api/admin/registration', { body: { isOpen } }))
  }

  return (
    <>
      <Loaded of={registration} title={t('users.failed')}>
        {({ isOpen }) => (
          <label class='toggle'>
            <input type='checkbox' checked={isOpen} onChange={({ currentTarget }) => { attempt(() => openRegistration(currentTarget.checked)) }} />
            {t('users.registration')}
          </label>
        )}
      </Loaded>
      <Loaded of={first} title={t('users.failed')}>{(page) => <UserList {...page} />}</Loaded>
    </>
  )
}

interface Page { users: ListedUser[], nextCursor: string | null }

function UserList (first: Page) {
  const page = useSignal(first)
  const { users, nextCursor } = page.value

  async function more () {
    const next = await usersAfter(nextCursor)
    page.value = { users: [...users, ...next.users], nextCursor: next.nextCursor }
  }

  /** Shows what became of one; null takes it off the list. */
  function show (id: string, changed: ListedUser | null) {
    page.value = { ...page.value, users: page.value.users.flatMap((user) => user.id === id ? changed ?? [] : user) }
  }

  return (
    <>
      <ul class='entries'>{users.map((user) => <li key={user.id}><UserRow user={user} onChange={(changed) => show(user.id, changed)} /></li>)}</ul>
      {nextCursor !== null && <button type='button' class='button' onClick={() => { attempt(more) }}>{t('users.more')}</button>}
    </>
  )
}

function usersAfter (cursor: string | null): Promise<Page> {
  return result(api.GET('/api/admin/users', { params: { query: cursor === null ? {} : { cursor } } }))
}
