import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { account, endSession } from '../../api/session.js'
import { formatDate, t } from '../../i18n/index.js'
import { Dialog, Question } from '../../parts/dialog.js'
import { go } from '../../state/address.js'
import { reloadList } from '../../state/conversations.js'
import { loadServerConfig } from '../../state/server.js'
import { announce, attempt } from '../../state/notices.js'

/** Who is signed in, and the ways out: of the session, of the conversations, of the account. */
export function AccountSettings () {
  const asked = useSignal<'archive' | 'conversations' | 'account' | null>(null)
  const user = account.value
  if (!user) return null
  const end = () => { asked.value = null }

  async function archiveAll () {
    const { archivedCount } = await result(api.POST('/api/convos/archive/all'))
    announce(t('done.archived', { count: archivedCount }))
    await reloadList()
  }

  async function deleteAll () {
    const { deletedCount } = await result(api.DELETE('/api/convos/all'))
    announce(t('done.deleted', { count: deletedCount }))
    await reloadList()
  }

  return (
    <>
      <dl class='facts'>
        <div><dt>{t('sign.name')}</dt><dd><bdi>{user.name || user.username}</bdi></dd></div>
        <div><dt>{t('sign.email')}</dt><dd>{user.email}</dd></div>
        <div><dt>{t('settings.role')}</dt><dd>{t(`settings.role.${user.role}`)}</dd></div>
        <div><dt>{t('settings.since')}</dt><dd>{formatDate(user.createdAt)}</dd></div>
      </dl>
      <Row title={t('sign.out')} hint={t('settings.signOutHint')}>
        <button type='button' class='button' onClick={() => { attempt(signOut) }}>{t('sign.out')}</button>
      </Row>
      <Row title={t('settings.archiveAll')} hint={t('settings.archiveAllHint')}>
        <button type='button' class='button' onClick={() => { asked.value = 'archive' }}>{t('conversation.archive')}</button>
      </Row>
      <Row title={t('settings.deleteConversations')} hint={t('settings.deleteConversationsHint')}>
        <button type='button' class='button danger' onClick={() => { asked.value = 'conversations' }}>{t('common.delete')}</button>
      </Row>
      <Row title={t('settings.deleteAccount')} hint={t('settings.deleteAccountHint')}>
        <button type='button' class='button danger' onClick={() => { asked.value = 'account' }}>{t('common.delete')}</button>
      </Row>
      {asked.value === 'archive' && (
        <Question
          title={t('settings.archiveAll')} text={t('settings.archiveAllHint')} action={t('conversation.archive')}
          onAnswer={(isYes) => { end(); if (isYes) attempt(archiveAll) }}
        />
      )}
      {asked.value === 'conversations' && (
        <Question
          title={t('settings.deleteConversations')} text={t('settings.deleteConversationsHint')} action={t('common.delete')}
          onAnswer={(isYes) => { end(); if (isYes) attempt(deleteAll) }}
        />
      )}
      {asked.value === 'account' && <DeleteAccount email={user.email} onClose={end} />}
    </>
  )
}

function Row ({ title, hint, children }: { title: string, hint: string, children: preact.ComponentChildren }) {
  return (
    <div class='setting'>
      <div><p class='setting-title'>{title}</p><p class='quiet small'>{hint}</p></div>
      {children}
    </div>
  )
}

/** The last question: the address has to be typed, so that no slip deletes everything. */
function DeleteAccount ({ email, onClose }: { email: string, onClose (): void }) {
  const typed = useSignal('')
  async function remove () {
    await result(api.DELETE('/api/user/delete'))
    // Who was the last one leaves a server that takes a first account again.
    await loadServerConfig()
    endSession()
    go('/')
  }
  return (
    <Dialog title={t('settings.deleteAccount')} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); if (typed.value === email) attempt(remove) }}>
        <p>{t('settings.deleteAccountHint')}</p>
        <div class='labelled'>
          <label for='delete-account'>{t('settings.deleteAccountConfirm', { email })}</label>
          <input id='delete-account' class='field' type='text' autoComplete='off' value={typed} onInput={({ currentTarget }) => { typed.value = currentTarget.value }} />
        </div>
        <div class='dialog-actions'>
          <button type='button' class='button' onClick={onClose}>{t('common.cancel')}</button>
          <button type='submit' class='button danger' disabled={typed.value !== email}>{t('common.delete')}</button>
        </div>
      </form>
    </Dialog>
  )
}

async function signOut () {
  await result(api.POST('/api/auth/logout'))
  endSession()
  go('/')
}
