import { useSignal } from '@preact/signals'
import type { ConversationRow } from '../api/types.js'
import { t } from '../i18n/index.js'
import { archive, duplicate, pin, remove } from '../state/conversation-actions.js'
import { Question } from './dialog.js'
import { Export } from './export.js'
import type { IconName } from './icon.js'
import { Menu, MenuEntry } from './menu.js'
import { TagEditor } from './tag-editor.js'

interface ConversationMenuProps {
  conversation: Pick<ConversationRow, 'conversationId' | 'title' | 'tags' | 'pinned' | 'isArchived'>
  label: string
  icon?: IconName
  onRename (): void
  /** Where several can be selected: selects this one. */
  onSelect? (): void
}

/** What can be done with a conversation, in the list and above its messages. */
export function ConversationMenu ({ conversation, label, icon = 'more', onRename, onSelect }: ConversationMenuProps) {
  const asked = useSignal<'tags' | 'export' | 'delete' | null>(null)
  const { conversationId, pinned, isArchived, title } = conversation
  return (
    <>
      <Menu label={label} icon={icon}>
        <MenuEntry icon='pencil' onPick={onRename}>{t('conversation.rename')}</MenuEntry>
        <MenuEntry icon='pin' onPick={() => { pin([conversationId], !pinned) }}>{t(pinned ? 'conversation.unpin' : 'conversation.pin')}</MenuEntry>
        <MenuEntry icon='tag' onPick={() => { asked.value = 'tags' }}>{t('conversation.tags')}</MenuEntry>
        <MenuEntry icon='archive' onPick={() => { archive([conversationId], !isArchived) }}>
          {t(isArchived ? 'conversation.unarchive' : 'conversation.archive')}
        </MenuEntry>
        <MenuEntry icon='copy' onPick={() => { duplicate(conversation) }}>{t('conversation.duplicate')}</MenuEntry>
        <MenuEntry icon='out' onPick={() => { asked.value = 'export' }}>{t('conversation.export')}</MenuEntry>
        {onSelect && <MenuEntry icon='check' onPick={onSelect}>{t('list.selectOne')}</MenuEntry>}
        <MenuEntry icon='trash' isDanger onPick={() => { asked.value = 'delete' }}>{t('conversation.delete')}</MenuEntry>
      </Menu>
      {asked.value === 'tags' && <TagEditor conversations={[conversation]} onClose={() => { asked.value = null }} />}
      {asked.value === 'export' && <Export ids={[conversationId]} onClose={() => { asked.value = null }} />}
      {asked.value === 'delete' && (
        <Question
          title={t('conversation.deleteTitle', { count: 1 })} text={t('conversation.deleteText', { title: title || t('list.untitled') })}
          action={t('common.delete')} onAnswer={(isYes) => { asked.value = null; if (isYes) remove([conversationId]) }}
        />
      )}
    </>
  )
}
