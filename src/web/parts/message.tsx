import { useSignal } from '@preact/signals'
import { memo } from 'preact/compat'
import { useEffect, useRef } from 'preact/hooks'
import type { Message } from '../api/types.js'
import { formatTime, t } from '../i18n/index.js'
import { currentMessage } from '../state/reader.js'
import { textOf } from '../state/parts.js'
import { isExpanded, expand } from '../state/expanded.js'
import { BranchSwitcher } from './branch-switcher.js'
import { MessageActions } from './message-actions.js'
import { hasDraft, MessageEditor } from './message-editor.js'
import { MessageParts } from './message-parts.js'
import { whenNear } from './near.js'

interface MessageProps { message: Message, isFirstShown: boolean, isTarget: boolean }

/** A longer message is cut at about a screen until it is asked for, in characters. */
const LONG_CHARACTERS = 7000

/** One turn of a conversation. Its body is rendered when it comes near, or when nothing else is to do. */
export const MessageView = memo(function MessageView ({ message, isFirstShown, isTarget }: MessageProps) {
  const { messageId, isCreatedByUser } = message
  const article = useRef<HTMLElement>(null)
  const isRendered = useSignal(isFirstShown)
  const isEditing = useSignal(hasDraft(messageId))
  useEffect(() => {
    if (!isRendered.peek() && article.current) return whenNear(article.current, () => { isRendered.value = true })
  }, [])
  const kind = isCreatedByUser ? 'prompt' : 'answer'
  return (
    <article
      ref={article} id={`m-${messageId}`} class={`message ${kind} ${isTarget ? 'target' : ''} ${isRendered.value ? '' : 'pending'}`}
      tabIndex={-1} aria-labelledby={`h-${messageId}`} onFocus={() => { currentMessage.value = messageId }}
    >
      <div class='message-main'>
        <header class='message-head'>
          <h2 id={`h-${messageId}`}><bdi>{authorOf(message)}</bdi></h2>
          <time dateTime={message.createdAt}>{formatTime(message.createdAt)}</time>
          {message.error && <span class='badge warning'>{t('message.error')}</span>}
          {message.unfinished && <span class='badge'>{t('message.unfinished')}</span>}
          <BranchSwitcher message={message} />
        </header>
        {isEditing.value
          ? <MessageEditor message={message} onDone={() => { isEditing.value = false }} />
          : isRendered.value && <Body message={message} />}
      </div>
      {isRendered.value && !isEditing.value && <MessageActions message={message} onEdit={() => { isEditing.value = true }} />}
    </article>
  )
})

function Body ({ message }: { message: Message }) {
  const isLong = textOf(message).length > LONG_CHARACTERS
  const isCut = isLong && !isExpanded(message.messageId)
  return (
    <>
      <div class={isCut ? 'message-body cut' : 'message-body'}><MessageParts message={message} /></div>
      {isLong && (
        <button type='button' class='button expand' aria-expanded={!isCut} onClick={() => expand(message.messageId, isCut)}>
          {t(isCut ? 'message.expand' : 'message.fold')}
        </button>
      )}
    </>
  )
}

/** Who speaks: the reader, or the model by its name. */
function authorOf ({ isCreatedByUser, model, sender }: Message): string {
  if (isCreatedByUser) return t('message.you')
  return model || sender || t('message.assistant')
}
