import { useEffect } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { FailureNote } from '../parts/failure-note.js'
import { FindBar } from '../parts/find-bar.js'
import { Icon } from '../parts/icon.js'
import { Messages } from '../parts/messages.js'
import { Outline } from '../parts/outline.js'
import { PageHead } from '../parts/page-head.js'
import { ReaderHead } from '../parts/reader-head.js'
import { Skeleton } from '../parts/skeleton.js'
import { searched } from '../state/address.js'
import { filter, listPath, shownRows } from '../state/conversations.js'
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
  if (!conversation || conversation.conversationId !== id) return <LoadingReader id={id} />
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

/** The frame of the reader, with the title if the list knows it, and the way back. */
function LoadingReader ({ id }: { id: string }) {
  const row = shownRows.value.find(({ conversationId }) => conversationId === id)
  return (
    <div class='reader'>
      <header class='reader-head'>
        <a class='icon-button reader-back' href={listPath(filter.value)} aria-label={t('common.back')}><Icon name='back' /></a>
        <div class='reader-title'>{row && <h1 dir='auto'>{row.title || t('list.untitled')}</h1>}</div>
      </header>
      <div class='reader-columns'><div class='messages'><Skeleton kind='messages' count={4} /></div></div>
    </div>
  )
}
