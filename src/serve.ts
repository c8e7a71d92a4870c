import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { buildServer } from './build-server.js'
import { type Config, readConfig } from './config.js'
import { asFileError } from './db/file-error.js'
import { inspectFile } from './db/open.js'
import { logStream } from './log.js'
import { type FileLock, lockFile } from './maintenance/lock.js'
import { runInThread } from './maintenance/run-in-thread.js'
import { needsUpgrade } from './maintenance/upgrade.js'
import { fromHome } from './paths.js'
import { listenWhileStarting } from './startup-listener.js'
import { isStorageFailure } from './writer/errors.js'

/** How long requests under way may take to finish when the server stops. */
const STOP_DEADLINE_MS = 10_000

/** How often a long migration says that it is still running. */
const PROGRESS_INTERVAL_MS = 10_000

/**
 * Runs the server until a signal stops it. The file is locked and the port taken before anything is changed.
 * @throws {ConfigError} {FileError} {LockedError} {StartError} when it cannot start; each message is one line that says what to do.
 */
export async function serve (env: Record<string, string | undefined>) {
  const config = readConfig(env)
  const path = config.DATABASE_PATH === ':memory:' ? null : fromHome(config.DATABASE_PATH)
  let lock: FileLock | null = null
  try {
    if (path !== null) {
      // A wrong path is refused before there is a lock beside it.
      inspectFile(path)
      lock = lockFile(path, 'server')
    }
    await start(config, path, lock)
  } catch (error) {
    lock?.release()
    throw path === null ? error : asFileError(path, error)
  }
}

/** The server cannot start for a reason that is not in the file or the settings. */
export class StartError extends Error {
  override name = 'StartError'
}

async function start (config: Config, path: string | null, lock: FileLock | null) {
  const listener = await listenWhileStarting(config.HOST, config.PORT).catch((error: unknown) => { throw asStartError(config, error) })
  try {
    const stream = logStream()
    if (path !== null && needsUpgrade(path)) await upgrade(path, config, (line) => stream.write(line))
    const server = await buildServer({
      config,
      logger: { level: config.LOG_LEVEL, redact: ['req.headers.authorization', 'req.headers.cookie'], stream },
      hasCrashed: lock !== null && lock.crashed !== null
    })
    stopOnSignal(server, lock)
    stopOnFault(server)
    await listener.close()
    await server.listen({ host: config.HOST, port: listener.port, listenTextResolver: (address) => `Parley is ready at ${address}` })
  } finally {
    await listener.close()
  }
}

/** Ends with 0 once requests under way are answered and everything is on disk. */
function stopOnSignal (server: FastifyInstance, lock: FileLock | null) {
  closeWithGrace({ delay: STOP_DEADLINE_MS, logger: server.log, skip: ['beforeExit', 'uncaughtException', 'unhandledRejection'] }, async () => {
    await closeInTime(server)
    lock?.release()
  })
}

/**
 * Ends with 1 when nothing can be saved any more, or something failed that nobody expected; by SIGKILL when that takes too
 * long. A failure of the disk is neither: it costs the request that met it, wherever it comes up.
 */
function stopOnFault (server: FastifyInstance) {
  let isEnding = false

  async function end (error: unknown) {
    if (isEnding) return
    isEnding = true
    server.log.fatal(error, 'Stopping after an error')
    // process.exit() waits for threads, and one may be stuck in a system call of a disk that hangs.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_DEADLINE_MS)
    await closeInTime(server).catch(() => undefined)
    process.exit(1)
  }

  function expectOrEnd (error: unknown) {
    if (!isStorageFailure(error)) return end(error)
    server.condition.report(error)
  }

  server.onFatal(end)
  process.on('uncaughtException', expectOrEnd)
  process.on('unhandledRejection', expectOrEnd)
}

/** A client that never finishes its request must not hold up the stop. */
async function closeInTime (server: FastifyInstance) {
  const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_DEADLINE_MS / 2)
  deadline.unref()
  await server.close()
  clearTimeout(deadline)
}

/** Migrates on a thread, so that /livez is answered, and tells how it goes. */
async function upgrade (path: string, config: Config, write: (line: string) => void) {
  const begun = Date.now()
  const tell = (msg: string) => write(`${JSON.stringify({ level: 30, time: Date.now(), msg })}\n`)
  const progress = setInterval(() => tell(`Still migrating ${path} after ${Math.round((Date.now() - begun) / 1000)} s`), PROGRESS_INTERVAL_MS)
  try {
    await runInThread('upgrade', { path, backup: config.MIGRATION_BACKUP }, tell).result
  } finally {
    clearInterval(progress)
  }
}

function asStartError ({ HOST, PORT }: Config, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'EADDRINUSE') return new StartError(`HOST ${HOST}, PORT ${PORT}: another program listens there; stop it, or set PORT to another number`)
  if (code === 'EACCES') return new StartError(`HOST ${HOST}, PORT ${PORT}: this user may not listen there; set PORT to 1024 or more`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new StartError(`HOST: ${HOST} is no address of this machine`)
  return error
}
