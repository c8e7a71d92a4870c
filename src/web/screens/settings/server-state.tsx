import { api, result } from '../../api/client.js'
import type { ServerState } from '../../api/types.js'
import { formatBytes, formatTime, t } from '../../i18n/index.js'
import { Icon } from '../../parts/icon.js'
import { Loaded, useReading } from '../../parts/loaded.js'

/** For administrators: whether the storage works, what it takes, and how old the last backup and check are. */
export function ServerStateSection () {
  const state = useReading(() => result(api.GET('/api/admin/state')))
  return <Loaded of={state} title={t('server.failed')}>{(shown) => <State {...shown} />}</Loaded>
}

function State ({ version, startedAt, trouble, storage, usage, backup, check, searchIndex }: ServerState) {
  const unknown = t('server.unknown')
  const facts: Array<[name: string, value: string]> = [
    [t('settings.version'), version],
    [t('server.startedAt'), formatTime(startedAt)],
    [t('settings.users'), usage ? t('server.users', { count: usage.users }) : unknown],
    [t('settings.stored'), usage ? `${t('list.end', { count: usage.conversations })}, ${formatBytes(usage.bytes)}` : unknown],
    [t('server.database'), storage ? t('server.databaseSize', { size: formatBytes(storage.databaseBytes), log: formatBytes(storage.logBytes) }) : unknown],
    [t('server.free'), storage ? t('server.freeSize', { size: formatBytes(storage.freeBytes), reserved: formatBytes(storage.reservedBytes) }) : unknown],
    [t('server.searchIndex'), searchIndex ? t(searchIndex.share < 1 ? 'server.indexing' : 'server.indexed', { percent: Math.floor(searchIndex.share * 100) }) : unknown],
    [t('server.backup'), backupText(backup)],
    [t('server.check'), check.last ? `${formatTime(check.last.at)}, ${t('server.faults', { count: check.last.faults })}` : t('server.noCheck')]
  ]
  return (
    <>
      {trouble === null
        ? <p class='state-well'><Icon name='check' />{t('server.well')}</p>
        : (
          <div class='failure-note' role='alert'>
            <Icon name='warning' />
            <div>
              <p class='failure-title'>{trouble.reason}</p>
              <p>{trouble.advice}</p>
              <p class='quiet small'>{t('server.since', { time: formatTime(trouble.since) })}</p>
            </div>
          </div>
          )}
      <dl class='facts'>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </>
  )
}

function backupText ({ last, everySeconds }: ServerState['backup']): string {
  if (last) return `${formatTime(last.madeAt)}, ${formatBytes(last.bytes)}`
  return t(everySeconds === null ? 'server.noSchedule' : 'server.noBackup')
}
