import { useSignal } from '@preact/signals'
import type { Message } from '../api/types.js'
import { t } from '../i18n/index.js'
import { announce, attempt } from '../state/notices.js'
import { textOf } from '../state/parts.js'
import { deleteMessage, forkAt, messageLink, rateMessage } from '../state/reader.js'
import { reloadList } from '../state/conversations.js'
import { copyText } from './clipboard.js'
import { Question } from './dialog.js'
import { Icon } from './icon.js'
import { Menu, MenuEntry } from './menu.js'

/** What can be done with one message. */
export function MessageActions ({ message, onEdit }: { message: Message, onEdit (): void }) {
  const isAsked = useSignal(false)
  const rating = message.feedback?.rating
  const rate = (value: 'thumbsUp' | 'thumbsDown') => attempt(() => rateMessage(message, rating === value ? null : value))
  return (
    <div class='message-actions' role='group' aria-label={t('message.actions')}>
      <button type='button' class='icon-button' aria-label={t('message.copyMarkdown')} title={t('message.copyMarkdown')} onClick={() => { copyText(textOf(message)) }}>
        <Icon name='copy' />
      </button>
      {!message.isCreatedByUser && (
        <>
          <button type='button' class='icon-button' aria-label={t('message.good')} title={t('message.good')} aria-pressed={rating === 'thumbsUp'} onClick={() => { rate('thumbsUp') }}><Icon name='good' /></button>
          <button type='button' class='icon-button' aria-label={t('message.bad')} title={t('message.bad')} aria-pressed={rating === 'thumbsDown'} onClick={() => { rate('thumbsDown') }}><Icon name='bad' /></button>
        </>
      )}
      <Menu label={t('message.actions')} icon='more'>
        <MenuEntry icon='copy' onPick={() => { copyText(shownText(message.messageId)) }}>{t('message.copyText')}</MenuEntry>
        <MenuEntry icon='copy' onPick={() => { copyText(textOf(message)) }}>{t('message.copyMarkdown')}</MenuEntry>
        <MenuEntry icon='link' onPick={() => { copyText(messageLink(message.messageId)) }}>{t('message.copyLink')}</MenuEntry>
        <MenuEntry icon='fork' onPick={() => { fork(message) }}>{t('message.fork')}</MenuEntry>
        <MenuEntry icon='pencil' onPick={onEdit}>{t('message.edit')}</MenuEntry>
        <MenuEntry icon='trash' isDanger onPick={() => { isAsked.value = true }}>{t('message.delete')}</MenuEntry>
      </Menu>
      {isAsked.value && (
        <Question
          title={t('message.deleteTitle')} text={t('message.deleteText')} action={t('common.delete')}
          onAnswer={(isYes) => { isAsked.value = false; if (isYes) attempt(() => deleteMessage(message)) }}
        />
      )}
    </div>
  )
}

async function fork (message: Message) {
  if (!await attempt(() => forkAt(message))) return
  announce(t('done.forked'))
  await reloadList()
}

/** The message as it is shown, without its Markdown. */
function shownText (messageId: string): string {
  const texts = document.getElementById(`m-${messageId}`)?.querySelectorAll<HTMLElement>('.message-body > .prose') ?? []
  return [...texts].map((element) => element.innerText.trim()).join('\n\n')
}
