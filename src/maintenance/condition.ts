import { NOT_TRUSTED, storageCode, WRITER_ENDED } from '../writer/errors.js'

/**
 * What can be wrong with the storage, the gravest first.
 * - `replaced`: the file at the path is not the one that is open. Lasts until a restart.
 * - `inconsistent`: a check found that the file contradicts itself, so a read may return a wrong result without an error. Lasts until
 *   a restart.
 * - `damaged`: SQLite met a page that makes no sense. Lasts until a restart.
 * - `silent`: the writer does not answer.
 * - `failing`: the disk refuses reads or writes.
 * - `full`: the disk has no room, or only the reserve.
 * - `log`: the write-ahead log cannot be written back into the file.
 * - `descriptors`: the process may open no more files.
 */
export type Trouble = typeof troubles[number]

/** All troubles, the gravest first. */
export const troubles = ['replaced', 'inconsistent', 'damaged', 'silent', 'failing', 'full', 'log', 'descriptors'] as const

/** Troubles that no success of a later write ends. */
const lasting = new Set<Trouble>(['replaced', 'inconsistent', 'damaged'])

/** What the owner of the server does about each. */
const advice: Record<Trouble, string> = {
  replaced: 'Stop the server; put the file back, or start again on the new one.',
  inconsistent: 'Stop the server, run `parley doctor --repair`, and restore a backup with `parley restore BACKUP` if faults are left.',
  damaged: 'Stop the server, see what is wrong with `parley doctor`, and restore a backup with `parley restore BACKUP`.',
  silent: 'The server ends by itself when this lasts for a minute.',
  failing: 'Check the disk; the server goes on by itself when it works again.',
  full: 'Make room on the disk; deleting conversations works and gives room back.',
  log: 'Check the disk and its free space; the server goes on by itself when they are right.',
  descriptors: 'Raise the limit of open files (ulimit -n, or LimitNOFILE of systemd); the server goes on by itself when it can open files again.'
}

/** One trouble, as it is logged and shown. */
export interface State {
  trouble: Trouble
  reason: string
  /** Milliseconds since 1970. */
  since: number
}

/** What the owner of the server does about a trouble, in one or two sentences. */
export function adviceOn (trouble: Trouble): string {
  return advice[trouble]
}

/** How the storage is, as a state that failures enter and successes leave. */
export interface Condition {
  /** The gravest trouble there is, or null when all is well. */
  current (): State | null
  /** Enters a trouble. It is logged once, however often it is reported. */
  enter (trouble: Trouble, reason: string): void
  /** Leaves a trouble, unless it is one that lasts. */
  leave (trouble: Trouble): void
  /** Enters the trouble that a failure of SQLite or of the operating system stands for. Returns whether it stands for one. */
  report (error: unknown): boolean
  /** Registers what is called when the file may not be written any more, or now if that is so already. */
  onLasting (listener: () => void): void
}

/** `onChange` is called with one line when a trouble begins or ends. */
export function createCondition (path: string, onChange: (line: string, trouble: Trouble, hasBegun: boolean) => void): Condition {
  const states = new Map<Trouble, State>()
  const listeners: Array<() => void> = []

  function enter (trouble: Trouble, reason: string) {
    if (states.has(trouble)) return
    states.set(trouble, { trouble, reason, since: Date.now() })
    onChange(`${path}: ${reason}. ${advice[trouble]}`, trouble, true)
    if (lasting.has(trouble)) for (const listener of listeners) listener()
  }

  function leave (trouble: Trouble) {
    if (lasting.has(trouble) || !states.delete(trouble)) return
    onChange(`${path}: no longer ${trouble}`, trouble, false)
  }

  return {
    current: () => troubles.flatMap((trouble) => states.get(trouble) ?? [])[0] ?? null,
    enter,
    leave,
    onLasting (listener) {
      listeners.push(listener)
      if ([...lasting].some((trouble) => states.has(trouble))) listener()
    },
    report (error) {
      const trouble = troubleOf(storageCode(error))
      if (trouble) enter(trouble, error instanceof Error ? error.message : String(error))
      return trouble !== null
    }
  }
}

function troubleOf (code: string): Trouble | null {
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'damaged'
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return 'full'
  if (/^(SQLITE_(IOERR|CANTOPEN|READONLY|PROTOCOL)|COMMIT_UNCERTAIN|EIO|EROFS|EACCES|EPERM|ENODEV|ENXIO|ESTALE)/.test(code)) return 'failing'
  if (code === NOT_TRUSTED) return 'inconsistent'
  if (/^(EMFILE|ENFILE)$/.test(code)) return 'descriptors'
  if (code === WRITER_ENDED) return 'silent'
  return null
}
