import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { packageRoot } from '../../src/paths.js'
import { noLimits } from '../no-limits.js'

/** How long anything may take that takes seconds at most on a quiet machine. No trial is about speed. */
export const PATIENCE_SECONDS = 300

const DAY_MS = 24 * 3_600_000

/** Settings of a server on this database that counts nobody's requests. */
export function environment (databasePath: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    PORT: '0',
    WEB: 'false',
    DOCS: 'false',
    DATABASE_PATH: databasePath,
    ALLOW_REGISTRATION: 'true',
    // A trial may take longer than a session lasts usually.
    SESSION_EXPIRY: String(DAY_MS),
    ...noLimits
  }
}

/** A server in a process of its own. */
export interface RunningServer {
  url: string
  /** The process of the program, also when another one, such as a tracer, started it. */
  pid: number
  /** Sends a signal and resolves with the exit code, or the signal that ended it. */
  end (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null>
  /** How it ended, or undefined while it runs. */
  ended (): number | string | null | undefined
}

export interface StartOptions {
  /** A package folder with another build of the program. */
  root?: string
  /** A program and its arguments that run the server, such as a tracer. */
  through?: string[]
  /** The file that gets the server's log. */
  log: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** Starts a program that ends with this process. */
export function run (command: string, args: string[], env: Record<string, string>, stdio: StdioOptions = 'ignore'): ChildProcess {
  const child = spawn(command, args, { env, stdio })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Starts the built server and waits until it is ready. @throws with its log when it ends before. */
export async function startServer (env: Record<string, string>, { root = packageRoot, through = [], log }: StartOptions): Promise<RunningServer> {
  const begun = readIfThere(log).length
  const out = openSync(log, 'a', 0o600)
  const [command = process.execPath, ...args] = [...through, process.execPath, join(root, 'dist/src/server.js')]
  const child = run(command, args, env, ['ignore', out, out])
  let outcome: number | string | null | undefined
  const exited = once(child, 'exit').then(([code, signal]) => { outcome = code ?? signal })

  const deadline = performance.now() + PATIENCE_SECONDS * 1000
  let url: string | undefined
  while (url === undefined) {
    const lines = readIfThere(log).slice(begun)
    url = /Parley is ready at (http:\/\/[\d.:]+)/.exec(lines)?.[1]
    if (url !== undefined) break
    if (outcome !== undefined) throw new Error(`The server ended with ${outcome}: ${lines.slice(-2000)}`)
    if (performance.now() > deadline) throw new Error(`The server is not ready after ${PATIENCE_SECONDS} s: ${lines.slice(-2000)}`)
    await wait(20)
  }
  const pid = through.length > 0 ? childOf(child.pid ?? 0) : child.pid ?? 0
  return {
    url,
    pid,
    ended: () => outcome,
    end: async (signal) => {
      if (outcome === undefined) process.kill(pid, signal)
      await exited
      return outcome ?? null
    }
  }
}

/** Runs `parley` to its end. */
export async function parley (env: Record<string, string>, args: string[]): Promise<{ code: number | null, stdout: string, stderr: string }> {
  const child = run(process.execPath, [join(packageRoot, 'dist/src/cli/main.js'), ...args], env, ['ignore', 'pipe', 'pipe'])
  if (!child.stdout || !child.stderr) throw new Error('The command has no output')
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, stdout, stderr }
}

/** Waits until a condition holds, and returns how many seconds it took. @throws when it does not in `PATIENCE_SECONDS`. */
export async function until (what: string, condition: () => boolean | Promise<boolean>): Promise<number> {
  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1000
  while (!await condition()) {
    if (seconds() > PATIENCE_SECONDS) throw new Error(`After ${PATIENCE_SECONDS} s still not: ${what}`)
    await wait(100)
  }
  return seconds()
}

function readIfThere (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function childOf (pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}
