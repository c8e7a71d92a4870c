import { useSignal } from '@preact/signals'
import { api, result } from '../../api/client.js'
import { endSession } from '../../api/session.js'
import { t } from '../../i18n/index.js'
import { Question } from '../../parts/dialog.js'
import { Export } from '../../parts/export.js'
import { go } from '../../state/address.js'
import { reloadList } from '../../state/conversations.js'
import { announce, attempt } from '../../state/notices.js'
import { DeleteAccount } from './delete-account.js'
import { Row } from './row.js'

/** The ways out: of the session, of the conversations, of the account. */
export function WaysOut ({ email }: { email: string }) {
  const asked = useSignal<'export' | 'archive' | 'conversations' | 'account' | null>(null)
  const ask = (about: typeof asked.value) => () => { asked.value = about }
  const end = ask(null)
  return (
    <div class='entries'>
      <Row title={t('sign.out')} facts={t('settings.signOutHint')}>
        <button type='button' class='button' onClick={() => { attempt(signOut) }}>{t('sign.out')}</button>
      </Row>
      <Row title={t('settings.exportAll')} facts={t('settings.exportAllHint')}>
        <button type='button' class='button' onClick={ask('export')}>{t('conversation.export')}</button>
      </Row>
      <Row title={t('settings.archiveAll')} facts={t('settings.archiveAllHint')}>
        <button type='button' class='button' onClick={ask('archive')}>{t('conversation.archive')}</button>
      </Row>
      <Row title={t('settings.deleteConversations')} facts={t('settings.deleteConversationsHint')}>
        <button type='button' class='button danger' onClick={ask('conversations')}>{t('common.delete')}</button>
      </Row>
      <Row title={t('settings.deleteAccount')} facts={t('settings.deleteAccountHint')}>
        <button type='button' class='button danger' onClick={ask('account')}>{t('common.delete')}</button>
      </Row>
      {asked.value === 'export' && <Export ids={null} onClose={end} />}
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
      {asked.value === 'account' && <DeleteAccount email={email} onClose={end} onExport={ask('export')} />}
    </div>
  )
}

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

async function signOut () {
  await result(api.POST('/api/auth/logout'))
  endSession()
  go('/')
}
