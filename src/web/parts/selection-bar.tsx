import { useSignal } from '@preact/signals'
import { t } from '../i18n/index.js'
import { archive, pin, remove } from '../state/conversation-actions.js'
import { filter } from '../state/conversations.js'
import { clearSelection, selectedRows } from '../state/selection.js'
import { Question } from './dialog.js'
import { Export } from './export.js'
import { Icon, type IconName } from './icon.js'
import { TagEditor } from './tag-editor.js'

/** What can be done with all selected conversations. */
export function SelectionBar () {
  const asked = useSignal<'tags' | 'export' | 'delete' | null>(null)
  const rows = selectedRows.value
  if (rows.length === 0) return null
  const ids = rows.map(({ conversationId }) => conversationId)
  const { isArchived } = filter.value
  const isPinned = rows.every(({ pinned }) => pinned)
  const action = (icon: IconName, label: string, run: () => void) => (
    <button type='button' class='icon-button' aria-label={label} title={label} onClick={run}><Icon name={icon} /></button>
  )
  return (
    <div class='selection-bar' role='toolbar' aria-label={t('list.selected', { count: rows.length })}>
      <span aria-live='polite'>{t('list.selected', { count: rows.length })}</span>
      {action('pin', t(isPinned ? 'conversation.unpin' : 'conversation.pin'), () => { pin(ids, !isPinned) })}
      {action('tag', t('conversation.tags'), () => { asked.value = 'tags' })}
      {action('archive', t(isArchived ? 'conversation.unarchive' : 'conversation.archive'), () => { archive(ids, !isArchived).then(clearSelection) })}
      {action('out', t('conversation.export'), () => { asked.value = 'export' })}
      {action('trash', t('conversation.delete'), () => { asked.value = 'delete' })}
      {action('close', t('list.endSelection'), clearSelection)}
      {asked.value === 'tags' && <TagEditor conversations={rows} onClose={() => { asked.value = null }} />}
      {asked.value === 'export' && <Export ids={ids} onClose={() => { asked.value = null }} />}
      {asked.value === 'delete' && (
        <Question
          title={t('conversation.deleteTitle', { count: ids.length })} text={t('conversation.deleteManyText')} action={t('common.delete')}
          onAnswer={(isYes) => { asked.value = null; if (isYes) remove(ids).then(clearSelection) }}
        />
      )}
    </div>
  )
}
