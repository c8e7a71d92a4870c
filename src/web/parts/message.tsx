import { useSignal } from '@preact/signals'
import { memo } from 'preact/compat'
import type { Message } from '../api/types.js'
import { formatTime, t } from '../i18n/index.js'
import { textOf } from '../state/parts.js'
import { isExpanded, expand } from '../state/expanded.js'
import { BranchSwitcher } from './branch-switcher.js'
import { MessageActions } from './message-actions.js'
import { hasDraft, MessageEditor } from './message-editor.js'
import { MessageParts } from './message-parts.js'

interface TurnProps {
  message: Message
  /** Whether it is near enough for somebody to reach for its buttons. */
  hasActions: boolean
  /** Its place among its siblings, from 1, and how many they are. */
  position: number
  siblings: number
}

/** A longer message is cut at about a screen until it is asked for, in characters. */
const LONG_CHARACTERS = 7000

/** One turn of a conversation: who speaks, what is said, and what can be done with it. */
export const Turn = memo(function Turn ({ message, hasActions, position, siblings }: TurnProps) {
  const { messageId } = message
  const isEditing = useSignal(hasDraft(messageId))
  return (
    <>
      <div class='message-main'>
        <header class='message-head'>
          <h2 id={`h-${messageId}`}><bdi>{authorOf(message)}</bdi></h2>
          <time dateTime={message.createdAt}>{formatTime(message.createdAt)}</time>
          {message.error && <span class='badge warning'>{t('message.error')}</span>}
          {message.unfinished && <span class='badge'>{t('message.unfinished')}</span>}
          {siblings > 1 && <BranchSwitcher message={message} position={position} count={siblings} />}
        </header>
        {isEditing.value
          ? <MessageEditor message={message} onDone={() => { isEditing.value = false }} />
          : <Body message={message} />}
      </div>
      {!isEditing.value && (hasActions ? <MessageActions message={message} onEdit={() => { isEditing.value = true }} /> : <div class='message-actions' />)}
    </>
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
