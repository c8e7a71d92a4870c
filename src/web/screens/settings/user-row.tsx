import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { account } from '../../api/session.js'
import type { ListedUser } from '../../api/types.js'
import { formatBytes, formatTime, t } from '../../i18n/index.js'
import { Dialog, Question } from '../../parts/dialog.js'
import { Menu, MenuEntry } from '../../parts/menu.js'
import { Secret } from '../../parts/secret.js'
import { announce, attempt } from '../../state/notices.js'
import { Row } from './row.js'

interface PasswordLink { path: string, expiresAt: string }

/** One account, with what an administrator can do about it. Nobody can lock themselves out: the own one has no menu. */
export function UserRow ({ user, onChange }: { user: ListedUser, onChange (changed: ListedUser | null): void }) {
  const link = useSignal<PasswordLink | null>(null)
  const isAsked = useSignal(false)
  const { id, email, role, isDisabled, conversations, bytes } = user
  const name = user.name || email
  const isSelf = id === account.value?.id
  const params = { path: { userId: id } }

  const change = (body: { isDisabled?: boolean, role?: ListedUser['role'] }) => attempt(async () => {
    onChange(await result(api.PATCH('/api/admin/users/{userId}', { params, body })))
  })
  const makeLink = () => attempt(async () => {
    link.value = await result(api.POST('/api/admin/users/{userId}/password-link', { params }))
  })
  const remove = () => attempt(async () => {
    await result(api.DELETE('/api/admin/users/{userId}', { params }))
    announce(t('done.userDeleted'))
    onChange(null)
  })

  return (
    <>
      <Row
        title={<><bdi>{name}</bdi> {role === 'ADMIN' && <span class='badge'>{t('settings.role.ADMIN')}</span>} {isDisabled && <span class='badge warning'>{t('users.disabled')}</span>} {isSelf && <span class='badge'>{t('users.self')}</span>}</>}
        facts={[email, t('list.end', { count: conversations }), formatBytes(bytes)].join(' · ')}
      >
        {!isSelf && (
          <Menu label={t('users.actions', { name })} icon='more'>
            <MenuEntry icon='link' onPick={() => { makeLink() }}>{t('users.passwordLink')}</MenuEntry>
            <MenuEntry icon='user' onPick={() => { change({ role: role === 'ADMIN' ? 'USER' : 'ADMIN' }) }}>{t(role === 'ADMIN' ? 'users.makeUser' : 'users.makeAdmin')}</MenuEntry>
            <MenuEntry icon='lock' onPick={() => { change({ isDisabled: !isDisabled }) }}>{t(isDisabled ? 'users.enable' : 'users.disable')}</MenuEntry>
            <MenuEntry icon='trash' isDanger onPick={() => { isAsked.value = true }}>{t('users.delete')}</MenuEntry>
          </Menu>
        )}
      </Row>
      {link.value && <LinkDialog name={name} link={link.value} onClose={() => { link.value = null }} />}
      {isAsked.value && (
        <Question
          title={t('users.deleteTitle', { name })} text={t('users.deleteText', { count: conversations })} action={t('common.delete')}
          onAnswer={(isYes) => { isAsked.value = false; if (isYes) remove() }}
        />
      )}
    </>
  )
}

function LinkDialog ({ name, link: { path, expiresAt }, onClose }: { name: string, link: PasswordLink, onClose (): void }) {
  return (
    <Dialog title={t('users.linkTitle', { name })} onClose={onClose}>
      <Secret text={t('users.linkText', { time: formatTime(expiresAt) })} secret={new URL(path, location.origin).href} />
      <div class='dialog-actions'><button type='button' class='button' onClick={onClose}>{t('common.close')}</button></div>
    </Dialog>
  )
}
