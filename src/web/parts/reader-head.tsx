import { useComputed, useSignal } from '@preact/signals'
import type { Conversation } from '../api/types.js'
import { formatDate, t } from '../i18n/index.js'
import { filter, listPath } from '../state/conversations.js'
import { isFinding } from '../state/keyboard.js'
import { searched } from '../state/address.js'
import { branch, tree } from '../state/reader.js'
import { choices, preferences } from '../state/preferences.js'
import { ConversationMenu } from './conversation-menu.js'
import { Icon } from './icon.js'
import { Menu, MenuEntry, MenuHeading } from './menu.js'
import { serviceOf } from './service.js'
import { TitleEditor } from './title-editor.js'

/** The title of the open conversation, what is known of it, and what can be done with all of it. */
export function ReaderHead ({ conversation }: { conversation: Conversation }) {
  const isRenaming = useSignal(false)
  const leaves = useComputed(() => tree.value.messages.filter(({ messageId }) => !tree.value.childrenOf.has(messageId)).length)
  const { conversationId, title, createdAt, tags, isArchived, forkedFrom } = conversation
  const back = searched.value === '' ? listPath(filter.value) : `/search?q=${encodeURIComponent(searched.value)}`
  return (
    <header class='reader-head'>
      <a class='icon-button reader-back' href={back} aria-label={t('common.back')}><Icon name='back' /></a>
      <div class='reader-title'>
        {isRenaming.value
          ? <TitleEditor conversationId={conversationId} title={title} onDone={() => { isRenaming.value = false }} />
          : <h1 dir='auto' onDblClick={() => { isRenaming.value = true }}>{title || t('list.untitled')}</h1>}
        <p class='reader-facts'>
          {serviceOf(conversation) !== '' && <span class='reader-service'>{serviceOf(conversation)}</span>}
          <time dateTime={createdAt}>{formatDate(createdAt)}</time>
          <span>{t('conversation.messages', { count: branch.value.length })}</span>
          {leaves.value > 1 && <span>{t('conversation.branches', { count: leaves.value })}</span>}
          {isArchived && <span>{t('conversation.archivedNote')}</span>}
          {forkedFrom && <a href={`/c/${encodeURIComponent(forkedFrom.conversationId)}`}>{t('conversation.forkedFrom')}</a>}
          {tags.map((tag) => <a key={tag} class='row-tag' href={listPath({ ...filter.value, tag })}><bdi>{tag}</bdi></a>)}
        </p>
      </div>
      <div class='reader-tools'>
        <button type='button' class='icon-button' aria-label={t('conversation.find')} title={t('conversation.find')} onClick={() => { isFinding.value = true }}><Icon name='search' /></button>
        <ViewMenu />
        <ConversationMenu conversation={conversation} label={t('conversation.menu')} onRename={() => { isRenaming.value = true }} />
      </div>
    </header>
  )
}

/** What of the answers is shown, here and on paper. */
function ViewMenu () {
  return (
    <Menu label={t('conversation.view')} icon='view'>
      {(['reasoning', 'tools'] as const).map((name) => [
        <MenuHeading key={name}>{t(`view.${name}`)}</MenuHeading>,
        ...choices[name].map((choice) => (
          <MenuEntry key={`${name} ${choice}`} isChecked={preferences[name].value === choice} onPick={() => { preferences[name].value = choice }}>{t(`view.${choice}`)}</MenuEntry>
        ))
      ])}
      <MenuEntry icon='print' onPick={() => print()}>{t('conversation.print')}</MenuEntry>
    </Menu>
  )
}
