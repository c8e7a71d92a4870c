import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { createSigner } from 'fast-jwt'
import { packageRoot } from '../../src/paths.js'
import { OWNER } from './data.js'
import { noLimits } from '../no-limits.js'

const SECRET = 'Only benches use this: 5f0c1b7a9e3d2846'

/** Clock ticks per second of the figures in /proc; always 100 on Linux. */
const TICKS = 100

/** A server in a process of its own. */
export interface BenchServer {
  url: string
  headers: Record<string, string>
  /** Seconds of processor time it has taken so far, in all its threads. */
  cpuSeconds (): number
  /** Resident memory in MiB. */
  residentMiB (): number
  /** The most it has had resident since `forgetPeak`, in MiB. */
  peakMiB (): number
  forgetPeak (): void
  stop (): Promise<void>
}

/** What `npm start` runs, so that what is measured is what people have; with these options of node's besides. */
function startCommand (options: string[]): [command: string, args: string[]] {
  const { scripts: { start } }: { scripts: { start: string } } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const [command = '', ...args] = start.split(' ')
  return [command, [...options, ...args]]
}

/** Starts the built server on a database, and waits until it has caught up with what it finds there. */
export async function startParley (path: string, env: Record<string, string> = {}) {
  const server = await start(spawn(...startCommand(profiling()), {
    cwd: packageRoot,
    env: {
      PATH: process.env.PATH,
      DATABASE_PATH: path,
      PORT: '0',
      JWT_SECRET: SECRET,
      // Benches sign their own tokens, which belong to no session.
      JWT_AUTO_PROVISION: 'true',
      LOG_LEVEL: 'info',
      ...noLimits,
      ...env
    }
  }))
  await settled(server)
  return server
}

/** Resolves when a server has had next to nothing to do for a while. */
export async function settled (server: BenchServer) {
  let before
  do {
    before = server.cpuSeconds()
    await new Promise((resolve) => setTimeout(resolve, 1000))
  } while (server.cpuSeconds() - before > 0.2)
}

/** With BENCH_PROFILE set to a folder, the server leaves a processor profile of each of its threads there when it stops. */
function profiling () {
  const { BENCH_PROFILE: folder } = process.env
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

/** Starts the ceiling: a bare Fastify that answers constants of the given URL's answer, see `constant-server.ts`. */
export function startConstant (path: string, answers: Record<string, string>) {
  const file = join(import.meta.dirname, 'constant-server.ts')
  return start(spawn(process.execPath, [...profiling(), '--import', 'tsx', file], {
    env: { PATH: process.env.PATH, DATABASE_PATH: path, JWT_SECRET: SECRET, ANSWERS: JSON.stringify(answers) }
  }))
}

function start (child: ChildProcess): Promise<BenchServer> {
  return serverOf(child, headersFor(OWNER))
}

/** Headers that sign in as the account with this id, which the server creates. */
export function headersFor (id: string): Record<string, string> {
  const token = createSigner({ key: SECRET, algorithm: 'HS256', expiresIn: '1d' })({
    id, username: id, provider: 'local', email: `${id}@example.test`
  })
  return { authorization: `Bearer ${token}` }
}

/** Waits until a process says where it listens. It ends with this one, whatever becomes of the bench. */
export async function serverOf (child: ChildProcess, headers: Record<string, string>): Promise<BenchServer> {
  process.once('exit', () => { child.kill() })
  const url = await listening(child)
  return {
    url,
    headers,
    cpuSeconds () {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) / TICKS
    },
    residentMiB () {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
    },
    peakMiB () {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
    },
    forgetPeak () {
      // proc(5): 5 resets the peak resident set size.
      writeFileSync(`/proc/${child.pid}/clear_refs`, '5')
    },
    async stop () {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
}

/** The address a process says it listens at. Its output stays open: some programs end when nobody reads it. */
function listening (child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const look = (data: Buffer) => {
      output += data
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? []
      if (url !== undefined) resolve(url)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', () => reject(new Error(`The server did not start: ${output}`)))
  })
}

export interface Load {
  connections?: number
  /** How long, in whole seconds, unless an amount of requests is given. */
  seconds?: number
  amount?: number
  requests: autocannon.Request[]
}

/** Keeps a server busy for a while with requests taken in turn; what came of them. Throws when one of them fails. */
export async function load (server: BenchServer, { connections = 32, seconds = 2, amount, requests }: Load) {
  const outcome = await autocannon({
    url: server.url,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    headers: server.headers,
    // The server ends a connection after a thousand requests, and the tool that sends them does not expect it.
    reconnectRate: 900,
    requests
  })
  if (outcome.non2xx > 0 || outcome.errors > 0) throw new Error(`${outcome.non2xx} answers were no success, ${outcome.errors} failed`)
  return { total: outcome.requests.total, perSecond: outcome.requests.average }
}

/**
 * How many of these requests a server answers per second of its processor time, which the machine's other load changes
 * least. This process stays awake meanwhile: on a virtual machine it takes the server 10 to 20 µs per answer to wake it,
 * and the faster a server is the less it would pay of that, as it leaves its client no time to fall asleep.
 */
export async function loadPerCpu (server: BenchServer, what: Load): Promise<number> {
  const before = server.cpuSeconds()
  let isDone = false
  const turn = () => { if (!isDone) setImmediate(turn) }
  turn()
  try {
    const { total } = await load(server, what)
    return total / (server.cpuSeconds() - before)
  } finally {
    isDone = true
  }
}
