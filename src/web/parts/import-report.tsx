import type { ComponentChildren } from 'preact'
import type { ImportStatus } from '../api/types.js'
import { formatNumber, t } from '../i18n/index.js'
import { conversationPath } from '../state/address.js'
import { Icon, type IconName } from './icon.js'

/** What an import found or did: its counts, what came, and what was left out and why. */
export function ImportReport ({ status }: { status: ImportStatus }) {
  const { conversations, imported, updated, errors, skipped, failed, unread } = status
  const unlisted = imported + updated - conversations.length
  return (
    <>
      <Counts status={status} />
      {conversations.length > 0 && (
        <Entries icon='check' summary={t('import.brought', { count: imported + updated })}>
          {conversations.map(({ conversationId, title, outcome }) => (
            <li key={conversationId}>
              <a href={conversationPath(conversationId)}><bdi>{title || t('list.untitled')}</bdi></a> {outcome === 'updated' && <span class='badge'>{t('import.grown')}</span>}
            </li>
          ))}
          {unlisted > 0 && <li class='quiet'>{t('import.more', { count: unlisted })}</li>}
        </Entries>
      )}
      {errors.length > 0 && (
        <Entries icon='warning' summary={t('import.reasons', { count: skipped + failed })}>
          {errors.map(({ index, title, reason }) => (
            <li key={index}><strong><bdi>{title || t('import.entry', { number: index + 1 })}</bdi></strong> {reason}</li>
          ))}
        </Entries>
      )}
      {unread.length > 0 && (
        <Entries icon='file' summary={t('import.unread', { count: unread.length })}>
          {unread.map(({ name, reason }) => <li key={`${name} ${reason}`}><strong><bdi>{name}</bdi></strong> {reason}</li>)}
        </Entries>
      )}
    </>
  )
}

function Counts ({ status }: { status: ImportStatus }) {
  const counts = [
    ['import.new', status.imported], ['import.grown', status.updated], ['import.unchanged', status.unchanged],
    ['import.skipped', status.skipped], ['import.failedCount', status.failed]
  ] as const
  return (
    <>
      <dl class='counts'>
        {counts.map(([name, count]) => <div key={name} class={count === 0 ? 'none' : ''}><dt>{t(name)}</dt><dd>{formatNumber(count)}</dd></div>)}
      </dl>
      {status.messages > 0 && <p class='quiet small'>{t('import.newMessages', { count: status.messages })}</p>}
    </>
  )
}

function Entries ({ icon, summary, children }: { icon: IconName, summary: string, children: ComponentChildren }) {
  return (
    <details class='fold reasons'>
      <summary><Icon name={icon} />{summary}</summary>
      <ol>{children}</ol>
    </details>
  )
}
