import { closeSync, openSync, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { DomainError } from '../errors.js'
import { spaceOn } from '../writer/space.js'
import type { Condition, State } from './condition.js'

/** What the monitor needs of the server that it watches. */
export interface MonitorOptions {
  /** The database file, or null for one in memory. */
  path: string | null
  condition: Condition
  /** Asks the writer for an answer; writes nothing. */
  ping (): Promise<unknown>
  /** Writes something to the disk through the writer. */
  probe (): Promise<unknown>
  /** Called once when the writer has not answered for a minute. */
  onSilent (error: Error): void
}

/** Watches the storage, and knows whether it can be used. */
export interface Monitor {
  /** The trouble there is, or null when reads and writes work. Resolves within two seconds, whatever hangs. */
  readiness (): Promise<State | null>
  /** Looks once; a timer does so every few seconds. */
  look (): void
  stop (): void
}

const LOOK_INTERVAL_MS = 5000
/** Looks without an answer of the writer after which the state is `silent`, and after which the process ends. */
const SILENT_LOOKS = 2
const DEAD_LOOKS = 12
/** Longest that `readiness` waits for the disk. */
const READINESS_DEADLINE_MS = 1800
/** A probe or commit this recent needs no other. */
const PROBE_TTL_MS = 10_000
/** Size of the write-ahead log above which it is evidently not written back any more. */
const MAX_LOG_BYTES = 134_217_728

export function startMonitor ({ path, condition, ping, probe, onSilent }: MonitorOptions): Monitor {
  const identity = path === null ? null : identityOf(path)
  const timer = setInterval(look, LOOK_INTERVAL_MS).unref()
  let isAnswering = true
  let silentLooks = 0
  let probedAt = -Infinity
  let isLogLong = false

  function look () {
    lookAtWriter()
    if (path !== null) lookAtFile(path)
    const trouble = condition.current()?.trouble
    if (trouble === 'failing' || trouble === 'full') recover()
    if (trouble === 'descriptors' && canOpenFiles()) condition.leave('descriptors')
  }

  /** Counts looks and not time: a machine that slept, or a process that was stopped, is no silent writer. */
  function lookAtWriter () {
    silentLooks = isAnswering ? 0 : silentLooks + 1
    if (silentLooks >= SILENT_LOOKS) condition.enter('silent', `the writer has not answered for ${silentLooks * LOOK_INTERVAL_MS / 1000} s`)
    else condition.leave('silent')
    if (silentLooks === DEAD_LOOKS) onSilent(new Error('The writer has not answered for a minute; nothing can be saved any more'))
    if (!isAnswering) return
    isAnswering = false
    ping().then(answered, (error) => {
      // A full queue says nothing: a writer that hangs has one, too.
      if (!isBusy(error)) answered()
      else isAnswering = silentLooks === 0
    })
  }

  function answered () {
    isAnswering = true
  }

  function lookAtFile (file: string) {
    if (identityOf(file) !== identity) {
      condition.enter('replaced', 'the file was deleted or replaced while the server runs; nothing more is saved')
      return
    }
    const { free, reserve } = spaceOn(dirname(file))
    if (free < reserve) condition.enter('full', `the disk has ${free} bytes free; the last ${reserve} are kept for deletes`)
    const log = sizeOf(`${file}-wal`)
    if (log > MAX_LOG_BYTES) condition.enter('log', `the write-ahead log has ${log} bytes and is not written back`)
    // It becomes shorter only when it was written back.
    else if (isLogLong) condition.leave('log')
    isLogLong = log > MAX_LOG_BYTES
  }

  function recover () {
    tryWrite().then(() => {
      condition.leave('failing')
      if (path === null || hasRoom(path)) condition.leave('full')
    }, () => undefined)
  }

  async function tryWrite () {
    try {
      await probe()
      probedAt = performance.now()
    } catch (error) {
      condition.report(error)
      throw error
    }
  }

  async function readiness (): Promise<State | null> {
    const known = condition.current()
    if (known) return known
    if (performance.now() - probedAt < PROBE_TTL_MS && isAnswering) return null
    let timeout: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => { timeout = setTimeout(resolve, READINESS_DEADLINE_MS, 'the writer does not answer') })
    const reason = await Promise.race([tryWrite().then(() => null, (error: Error) => error.message), late])
    clearTimeout(timeout)
    return condition.current() ?? (reason === null ? null : { trouble: 'silent', reason, since: Date.now() })
  }

  return { readiness, look, stop: () => clearInterval(timer) }
}

function isBusy (error: unknown) {
  return error instanceof DomainError && error.code === 'BUSY'
}

function hasRoom (path: string) {
  const { free, reserve } = spaceOn(dirname(path))
  return free >= reserve
}

/** Tells a file from every other of this machine; null when there is none at the path. */
function identityOf (path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

function canOpenFiles (): boolean {
  try {
    closeSync(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  }
}

function sizeOf (path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
