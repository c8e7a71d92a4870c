import { useEffect } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { FailureNote } from '../parts/failure-note.js'
import { FindBar } from '../parts/find-bar.js'
import { Messages } from '../parts/messages.js'
import { Outline } from '../parts/outline.js'
import { PageHead } from '../parts/page-head.js'
import { ReaderHead } from '../parts/reader-head.js'
import { Skeleton } from '../parts/skeleton.js'
import { searched } from '../state/address.js'
import { findPosition, typedFind } from '../state/find-in-conversation.js'
import { isFinding } from '../state/keyboard.js'
import { openConversation, openReader, readerFailure, readerStatus } from '../state/reader.js'

/** A conversation, read. */
export function Reader ({ id }: { id: string }) {
  useEffect(() => {
    openReader(id)
    typedFind.value = null
    findPosition.value = null
  }, [id])
  const conversation = openConversation.value
  useEffect(() => { document.title = conversation ? `${conversation.title || t('list.untitled')} – Parley` : 'Parley' }, [conversation?.title])

  if (readerStatus.value === 'failed') {
    return (
      <div class='page'>
        {readerFailure.value?.status === 404
          ? <PageHead title={t('conversation.gone')} lead={t('app.unknownHint')} />
          : <FailureNote title={t('conversation.failed')} failure={readerFailure.value} onRetry={() => openReader(id)} />}
        <a class='button' href='/'>{t('app.home')}</a>
      </div>
    )
  }
  if (!conversation || conversation.conversationId !== id) return <div class='page'><Skeleton kind='messages' count={4} /></div>
  return (
    <div class='reader'>
      <ReaderHead conversation={conversation} />
      {(isFinding.value || (searched.value !== '' && typedFind.value !== '')) && <FindBar />}
      <div class='reader-columns'>
        <Messages />
        <Outline />
      </div>
    </div>
  )
}
