import fp from 'fastify-plugin'
import { assertReadable } from '../src/db/readable.js'
import { type Backup, listBackups } from '../src/maintenance/backup.js'
import { canMislead } from '../src/maintenance/checks.js'
import type { ServerStateView } from '../src/maintenance/schemas.js'
import { viewServerState } from '../src/maintenance/server-state.js'
import { dayTask, intervalMs, isBackupDue } from '../src/maintenance/schedule.js'
import { type Monitor, startMonitor } from '../src/maintenance/monitor.js'
import { type RunningTask, runInThread } from '../src/maintenance/run-in-thread.js'
import { fromHome } from '../src/paths.js'
import { indexedShare } from '../src/search/index/progress.js'
import { version } from '../src/version.js'
import { NOT_TRUSTED, StorageError } from '../src/writer/errors.js'
import { ping, probe } from '../src/writer/ping.js'

declare module 'fastify' {
  interface FastifyInstance {
    monitor: Monitor
    maintenance: Maintenance
  }
}

/** The maintenance of the database file. */
export interface Maintenance {
  /** Returns the current state of server and file. */
  state (): Promise<ServerStateView>
}

/** Interval of the check whether a backup or a file check is due. */
const SCHEDULE_INTERVAL_MS = 60_000
/** Hour of the nightly file check, in the machine's local time. */
const CHECK_HOUR = 3

/** The routes that read the file. A route's own URL, because the one of a request can be spelled with escapes. */
const READS_FILE = /^\/(?:api\/|mcp$)/

/** Monitors the file and the writer. Checks the file after a crash and each night. Makes backups by schedule. */
export default fp(async (fastify) => {
  const { config, condition, database: { reader, writer }, log } = fastify
  const path = config.DATABASE_PATH === ':memory:' ? null : fromHome(config.DATABASE_PATH)
  const folder = config.BACKUP_DIR === undefined ? null : fromHome(config.BACKUP_DIR)
  const backupEveryMs = intervalMs(config.BACKUP_EVERY)
  const running = new Set<RunningTask<unknown>>()
  let backup: Backup | null = null
  let backupBegunAt: number | null = null
  let check: { at: number, faults: number } | null = null
  let isMisleading = false

  const monitor = startMonitor({
    path,
    condition,
    ping: () => ping(writer),
    probe: async () => {
      assertReadable(reader)
      await probe(writer)
    },
    onSilent: writer.giveUp
  })
  fastify.decorate('monitor', monitor)
  fastify.decorate('maintenance', {
    state: async () => viewServerState({
      version,
      startedAt: performance.timeOrigin,
      path,
      reader,
      trouble: await monitor.readiness(),
      backupEveryMs: folder === null ? null : backupEveryMs,
      lastBackup: backup,
      lastCheck: check,
      onFailure: condition.report
    })
  })

  /** Runs one task. The server's stop ends it. */
  async function run <T> (task: RunningTask<T>): Promise<T> {
    running.add(task)
    try {
      return await task.result
    } finally {
      running.delete(task)
    }
  }

  async function checkFile (file: string) {
    const faults = await run(runInThread('check', { path: file }))
    check = { at: Date.now(), faults: faults.length }
    const [fault] = faults
    if (!fault) return log.info('The file is sound')
    isMisleading = canMislead(faults)
    condition.enter(isMisleading ? 'inconsistent' : 'damaged', `${fault.check}: ${fault.detail}`)
    log.warn({ faults }, 'The check of the file has found faults')
  }

  async function makeBackup (file: string, to: string) {
    backupBegunAt = Date.now()
    const { faults, ...made } = await run(runInThread('backup', { path: file, folder: to, keep: config.BACKUP_KEEP, now: Date.now() }))
    backup = made
    log.info({ path: made.path, bytes: made.bytes }, 'A backup was made')
    if (faults.length > 0) log.warn({ faults }, 'The backup has faults of the database that `parley doctor --repair` can mend')
  }

  fastify.addHook('onRequest', (request, _reply, done) => {
    done(isMisleading && READS_FILE.test(request.routeOptions.url ?? '') ? new StorageError(NOT_TRUSTED, 'The file contradicts itself') : undefined)
  })

  /** Logs a failure of `work` and passes it to `onFailure`, unless the server stops. Then does what else is due. */
  function attempt (what: string, work: Promise<void>, onFailure: (error: unknown) => void = () => {}) {
    work.catch((error: unknown) => {
      if (isStopping) return
      log.error(error, `${what} failed`)
      onFailure(error)
    }).finally(lookAtSchedule)
  }

  const isCheckDue = dayTask(CHECK_HOUR)

  function lookAtSchedule () {
    if (path === null || isStopping || running.size > 0) return
    if (isCheckDue(new Date())) attempt('The check of the file', checkFile(path), condition.report)
    else if (folder !== null && isBackupDue({ madeAt: backup?.madeAt ?? null, begunAt: backupBegunAt }, backupEveryMs, Date.now())) {
      attempt('The backup', makeBackup(path, folder))
    }
  }

  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  fastify.addHook('onReady', async () => {
    if (folder !== null) backup = listBackups(folder, Date.now())[0] ?? null
    timer = setInterval(lookAtSchedule, SCHEDULE_INTERVAL_MS).unref()
    if (path !== null && fastify.hasCrashed) attempt('The check after a crash', checkFile(path), condition.report)
    else lookAtSchedule()
  })
  fastify.addHook('preClose', async () => {
    isStopping = true
    clearInterval(timer)
    monitor.stop()
    await Promise.all([...running].map((task) => task.stop()))
  })

  if (fastify.metrics) {
    const { Gauge } = await import('prom-client')
    fastify.metrics.registerMetric(new Gauge({
      name: 'parley_search_indexed_ratio',
      help: 'Share of the conversations in the search index; below 1 while it is made again.',
      registers: [],
      collect () { this.set(indexedShare(reader) ?? 1) }
    }))
    fastify.metrics.registerMetric(new Gauge({
      name: 'parley_ready', help: '1 while reads and writes work.', registers: [], collect () { this.set(condition.current() ? 0 : 1) }
    }))
    fastify.metrics.registerMetric(new Gauge({
      name: 'parley_backup_age_seconds',
      help: 'Time since the last backup; NaN while there is none.',
      registers: [],
      collect () { this.set(backup ? (Date.now() - backup.madeAt) / 1000 : NaN) }
    }))
  }
}, { name: 'maintenance', dependencies: ['condition', 'database', 'metrics'] })
