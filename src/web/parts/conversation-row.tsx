import { useSignal } from '@preact/signals'
import type { ConversationRow as Row } from '../api/types.js'
import { formatClock, formatTime, t } from '../i18n/index.js'
import { screen } from '../state/address.js'
import { isSelected, select } from '../state/selection.js'
import { ConversationMenu } from './conversation-menu.js'
import { Icon } from './icon.js'
import { serviceOf } from './service.js'
import { TitleEditor } from './title-editor.js'

/** Tags that a row has room for. The others are counted. */
const MAX_ROW_TAGS = 2

/** One conversation of the list. */
export function ConversationRow ({ row }: { row: Row }) {
  const isRenaming = useSignal(false)
  const title = row.title || t('list.untitled')
  const isOpen = screen.value.name === 'conversation' && screen.value.id === row.conversationId
  return (
    <li class={isSelected(row.conversationId) ? 'row selected' : 'row'}>
      {isRenaming.value
        ? <TitleEditor conversationId={row.conversationId} title={row.title} onDone={() => { isRenaming.value = false }} />
        : (
          <a href={`/c/${encodeURIComponent(row.conversationId)}`} class='row-link' aria-current={isOpen ? 'page' : undefined}>
            <span class='row-title' dir='auto'>{row.pinned && <Icon name='pin' />}{title}</span>
            <span class='row-facts'>
              <span class='row-service'>{serviceOf(row)}</span>
              {row.tags.length > 0 && (
                <span class='row-tags'>
                  {row.tags.slice(0, MAX_ROW_TAGS).map((tag) => <span key={tag} class='row-tag'><bdi>{tag}</bdi></span>)}
                  {row.tags.length > MAX_ROW_TAGS && <span title={row.tags.slice(MAX_ROW_TAGS).join(', ')}>+{row.tags.length - MAX_ROW_TAGS}</span>}
                </span>
              )}
              <time dateTime={row.updatedAt} title={formatTime(row.updatedAt)}>{formatClock(row.updatedAt)}</time>
            </span>
          </a>
          )}
      <div class='row-tools'>
        <label class='row-check'>
          <input
            type='checkbox' checked={isSelected(row.conversationId)} aria-label={t('list.select', { title })}
            onClick={(event) => select(row.conversationId, event.currentTarget.checked, event.shiftKey)}
          />
        </label>
        <ConversationMenu
          conversation={row} label={t('list.actions', { title })} onRename={() => { isRenaming.value = true }}
          onSelect={() => select(row.conversationId, true, false)}
        />
      </div>
    </li>
  )
}
