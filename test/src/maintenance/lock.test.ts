import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { holderOf, lockFile, LockedError } from '../../../src/maintenance/lock.js'

const module = new URL('../../../src/maintenance/lock.js', import.meta.url).href

/** A process that takes the lock, says so and waits to be ended. */
async function otherHolder (path: string) {
  const script = `import { lockFile } from ${JSON.stringify(module)}
    lockFile(${JSON.stringify(path)}, 'server')
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH }
  })
  await once(child.stdout, 'data')
  return child
}

t.test('one process holds a file, and others learn which', async (t) => {
  const path = join(t.testdir(), 'parley.db')
  const other = await otherHolder(path)
  t.teardown(() => other.kill('SIGKILL'))
  t.throws(() => lockFile(path, 'restore'), new RegExp(`parley.db is in use by process ${other.pid} \\(server\\) on .*; stop it first`))
  t.match(holderOf(path), { pid: other.pid, purpose: 'server' })

  other.kill('SIGKILL')
  await once(other, 'exit')
  const lock = lockFile(path, 'restore')
  t.match(lock.crashed, { pid: other.pid }, 'a killed holder leaves no lock, and is known to have crashed')
  lock.release()
  t.equal(holderOf(path), null)
})

t.test('a released lock leaves no sign of a crash', async (t) => {
  const path = join(t.testdir(), 'folder', 'parley.db')
  const first = lockFile(path, 'server')
  t.throws(() => lockFile(path, 'server'), LockedError, 'a second one in the same process is refused too')
  first.release()
  first.release()
  const second = lockFile(path, 'server')
  t.equal(second.crashed, null)
  t.equal(statSync(`${path}-lock`).mode & 0o777, 0o600)
  second.release()
})
