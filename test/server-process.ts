import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { packageRoot, threadFile } from '../src/paths.js'

// Tap holds the other end of this channel. When it is killed this process ends, and with it its servers.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()

/** A server that runs as its users run it: compiled, in a process of its own. */
export interface ServerProcess {
  url: string
  child: ChildProcess
  /** Ends the process and tells how it ended: an exit code, or the signal that no handler caught. */
  stop (signal: NodeJS.Signals): Promise<number | string | null>
}

/**
 * Compiles the program into a folder that has nothing but what `npm start` needs. Modules are found above it, so it
 * must stand within the package, as tap's test directories do.
 */
export async function compileInto (folder: string) {
  await mkdir(join(folder, 'data'), { recursive: true })
  await cp(join(packageRoot, 'package.json'), join(folder, 'package.json'))
  await cp(join(packageRoot, 'data/migrations'), join(folder, 'data/migrations'), { recursive: true })
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  // Types are checked elsewhere; here they would only take time.
  await promisify(execFile)(process.execPath, [compiler, '-p', packageRoot, '--noCheck', '--outDir', join(folder, 'dist')])
}

/**
 * Starts the program in `folder` with this environment and nothing else, and waits until it listens. `env` keeps away
 * the loader that tap gives to child processes. The server never outlives the test's process.
 */
export async function startServer (t: Test, folder: string, environment: Record<string, string>, options: string[] = []): Promise<ServerProcess> {
  const preload = ['--import', threadFile(import.meta.url, './die-with-parent').href]
  const args = ['-u', 'NODE_OPTIONS', process.execPath, ...preload, ...options, join(folder, 'dist/src/server.js')]
  const child = spawn('env', args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  t.teardown(() => { child.kill('SIGKILL') })

  const url = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, found] = /Parley is ready at (http:\/\/[\d.:]+)/.exec(line) ?? []
      if (found !== undefined) resolve(found)
    })
    exited.then(([code]) => reject(new Error(`The server ended with ${code}`)))
  })
  return {
    url: await url,
    child,
    stop: async (signal) => {
      child.kill(signal)
      const [code, endedBy] = await exited
      return code ?? endedBy
    }
  }
}
