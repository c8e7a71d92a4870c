import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { copyText } from '../parts/clipboard.js'
import { FailureNote } from '../parts/failure-note.js'
import { FindBar } from '../parts/find-bar.js'
import { MessageView } from '../parts/message.js'
import { Outline } from '../parts/outline.js'
import { ReaderHead } from '../parts/reader-head.js'
import { Skeleton } from '../parts/skeleton.js'
import { watchCurrent } from '../parts/watch-current.js'
import { keepPlace, keptPlace, searched, targetMessage } from '../state/address.js'
import { findPosition, typedFind } from '../state/find-in-conversation.js'
import { isFinding } from '../state/keyboard.js'
import { branch, currentMessage, openConversation, openReader, readerFailure, readerStatus } from '../state/reader.js'

/** Messages around the first one seen that are rendered at once, so that the first sight is whole. */
const FIRST_SIGHT_MESSAGES = 6

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
    const isGone = readerFailure.value?.status === 404
    return (
      <div class='page'>
        <FailureNote title={t(isGone ? 'conversation.gone' : 'conversation.failed')} failure={readerFailure.value} {...!isGone && { onRetry: () => openReader(id) }} />
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

function Messages () {
  const messages = branch.value
  const target = targetMessage.value
  const place = useSignal(target ?? keptPlace())
  const first = useSignal(Math.max(0, messages.findIndex(({ messageId }) => messageId === place.peek())))
  useLayoutEffect(() => { if (target !== null) goTo(target) }, [target, messages.length > 0])
  // Who comes back is where they were.
  useLayoutEffect(() => { if (target === null && first.peek() > 0) elementOf(place.peek())?.scrollIntoView({ block: 'start', behavior: 'instant' }) }, [])
  useEffect(() => watchCurrent((id) => {
    currentMessage.value = id
    keepPlace(id)
  }), [messages])
  if (messages.length === 0) return <div class='messages'><p class='empty quiet'>{t('conversation.empty')}</p></div>
  return (
    <div class='messages' onClick={followWithin}>
      {messages.map((message, index) => (
        <MessageView
          key={message.messageId} message={message} isTarget={message.messageId === target}
          isFirstShown={Math.abs(index - first.peek()) <= FIRST_SIGHT_MESSAGES}
        />
      ))}
    </div>
  )
}

/** To the message the address points at, which also gets the focus, so that keys and screen readers go on from there. */
function goTo (messageId: string) {
  const article = elementOf(messageId)
  article?.scrollIntoView({ block: 'start', behavior: 'instant' })
  article?.focus({ preventScroll: true })
}

function elementOf (messageId: string | null): HTMLElement | null {
  return document.getElementById(`m-${messageId}`)
}

/** Clicks on what the renderer made: the button that copies code, and links to footnotes. */
function followWithin (event: MouseEvent) {
  if (!(event.target instanceof Element)) return
  const code = event.target.closest('.copy-code')?.closest('figure')?.querySelector('code')
  if (code) return copyText(code.textContent ?? '')
  const link = event.target.closest('a[href^="#fn"]')
  if (!link) return
  event.preventDefault()
  document.getElementById(link.getAttribute('href')?.slice(1) ?? '')?.scrollIntoView({ block: 'center' })
}
