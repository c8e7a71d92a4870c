import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type RunningServer, run, until } from './program.js'

/** What happens to system calls, as strace(1) takes it under `inject=`: `error=EIO:when=3+`, `delay_enter=1000000`. */
export interface Injection {
  /** Names of calls, separated by commas. */
  calls: string
  action: string
  /** Only calls about this file. */
  file?: string
}

/** Changes what becomes of system calls of a running server. Resolves once it does, with a function that ends it by a signal. */
export async function inject ({ pid }: RunningServer, { calls, action, file }: Injection): Promise<(signal: 'SIGINT' | 'SIGKILL') => Promise<void>> {
  const actions = calls.split(',').flatMap((call) => ['-e', `inject=${call}:${action}`])
  const only = file === undefined ? [] : ['-P', file]
  const tracer = run('strace', ['-f', '-qq', '-o', '/dev/null', '-p', String(pid), '-e', `trace=${calls}`, ...actions, ...only], { PATH: process.env.PATH ?? '' })
  const ended = once(tracer, 'exit')
  await until('the tracer is attached', () => !/TracerPid:\s+0/.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
  return async (signal) => {
    tracer.kill(signal)
    await ended
  }
}
