import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { totalUsage } from '../accounts/usage.js'
import type { Db } from '../db/connection.js'
import { isMissingFile } from '../missing-file.js'
import { indexedShare } from '../search/index/progress.js'
import { isStorageFailure } from '../writer/errors.js'
import { spaceOn } from '../writer/space.js'
import type { Backup } from './backup.js'
import { adviceOn, type State } from './condition.js'
import type { ServerStateView } from './schemas.js'

/** What the state of a server is made of. Times are milliseconds since 1970. */
export interface StateSources {
  version: string
  startedAt: number
  /** The database file, or null for one in memory. */
  path: string | null
  reader: Db
  trouble: State | null
  backupEveryMs: number | null
  lastBackup: Backup | null
  lastCheck: { at: number, faults: number } | null
  /** Called with each failure of the disk or the file that keeps a part from being read. */
  onFailure (error: unknown): void
}

const iso = (time: number) => new Date(time).toISOString()

/** How the server is, in its wire shape. A part that the disk does not give is null: an administrator needs the rest all the more. */
export function viewServerState ({ reader, path, ...known }: StateSources): ServerStateView {
  const { trouble, lastBackup, lastCheck, backupEveryMs } = known

  function ifReadable <T> (read: () => T): T | null {
    try {
      return read()
    } catch (error) {
      if (!isStorageFailure(error) && !isMissingFile(error)) throw error
      known.onFailure(error)
      return null
    }
  }

  return {
    version: known.version,
    startedAt: iso(known.startedAt),
    trouble: trouble && { kind: trouble.trouble, reason: trouble.reason, advice: adviceOn(trouble.trouble), since: iso(trouble.since) },
    storage: path === null ? null : ifReadable(() => sizesOf(path)),
    backup: {
      everySeconds: backupEveryMs === null ? null : backupEveryMs / 1000,
      last: lastBackup && { path: lastBackup.path, bytes: lastBackup.bytes, madeAt: iso(lastBackup.madeAt) }
    },
    check: { last: lastCheck && { at: iso(lastCheck.at), faults: lastCheck.faults } },
    usage: ifReadable(() => totalUsage(reader)),
    searchIndex: ifReadable(() => ({ share: indexedShare(reader) ?? 1 }))
  }
}

function sizesOf (path: string) {
  const { free, reserve } = spaceOn(dirname(path))
  return {
    databaseBytes: statSync(path).size,
    logBytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    freeBytes: free,
    reservedBytes: Math.floor(reserve)
  }
}
