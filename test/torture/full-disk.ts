import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chatgptExport } from '../chatgpt-export.js'
import { assertSound, valueOf } from './check-file.js'
import { type Answer, type Client, clientOf, importFile, signIn } from './client.js'
import { newLedger, verify, type Written, writeSomething } from './ledger.js'
import { environment, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const DISK_MIB = 48
/** The server keeps a tenth of so small a disk for deletes. */
const RESERVE_BYTES = DISK_MIB * 2 ** 20 / 10
/** With so much left of the reserve a delete and a sign-in must work. */
const ROOM_FOR_DELETES_BYTES = 1_000_000
/** Longer than the server remembers how much is free. */
const NOTICED_MS = 700

/**
 * Fills the disk to several levels, with database, log and uploads on it. What needs room is refused with 507; reading, and
 * with something left of the reserve signing in and deleting, go on. When there is room again, all works without a restart.
 */
export const fullDisk: Trial = {
  counts: { full: 20, small: 5 },
  tools: ['mount'],
  async run ({ count, next, folder }) {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk])
    try {
      return await fill(disk, count, next)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  }
}

/** Writes a file of so many bytes, or of fewer when the server took some of the room meanwhile. */
function fillUp (path: string, bytes: number) {
  try {
    writeFileSync(path, Buffer.alloc(bytes))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

async function fill (disk: string, count: number, next: () => number): Promise<string> {
  const [path, log, filler] = [join(disk, 'parley.db'), join(disk, 'log'), join(disk, 'filler')]
  const env = environment(path)
  const ledger = newLedger()
  const server = await startServer(env, { log })
  const client = await signIn(server.url, 'ada')
  const own: Written[] = []
  while (ledger.acknowledged < 60 + 2 * count) await writeSomething(client, ledger, own, next, () => someText(next))
  const pool: string[] = []
  for (let n = 0; n < count; n++) {
    const [id] = await newConversation(client, ledger, next)
    pool.push(id)
  }
  const statuses = new Map<string, number>()
  const note = (what: string, status: number) => statuses.set(`${what} ${status}`, (statuses.get(`${what} ${status}`) ?? 0) + 1)

  for (const [level, id] of pool.entries()) {
    const target = Math.floor(level * 1.3 * RESERVE_BYTES / count)
    fillUp(filler, Math.max(0, freeOn(disk) - target))
    await wait(NOTICED_MS)
    const expect = (what: string, { status, body }: { status: number, body: unknown }, ...allowed: number[]) => {
      note(what, status)
      if (!allowed.includes(status)) throw new Error(`With ${target} bytes free ${what} was answered with ${status}: ${JSON.stringify(body)}`)
    }
    /** Upkeep of the log takes room and gives it back meanwhile, so the room before and after decides what is expected. */
    const expectGrowth = async (what: string, send: () => Promise<Answer>) => {
      const before = freeOn(disk)
      const answer = await send()
      const after = freeOn(disk)
      expect(what, answer, ...Math.max(before, after) < RESERVE_BYTES * 0.95 ? [507] : Math.min(before, after) < 1.2 * RESERVE_BYTES ? [201, 507] : [201])
    }
    await expectGrowth('rename', () => client.send('POST', '/api/convos/update', { conversationId: id, title: 'New' }))
    await expectGrowth('import', () => importFile(client, historyOf(level)))
    expect('list', await client.send('GET', '/api/convos?limit=100'), 200)
    expect('search', await client.send('GET', '/api/messages?search=time'), 200)
    const hasRoom = freeOn(disk) >= ROOM_FOR_DELETES_BYTES
    expect('sign in', await signInAgain(server.url), ...hasRoom ? [200] : [200, 507])
    const deleted = await client.send('DELETE', '/api/convos', { conversationId: id })
    expect('delete', deleted, ...hasRoom ? [201] : [201, 507])
    const written = ledger.conversations.find((conversation) => conversation.id === id)
    if (written && deleted.status === 201) written.states = [null]
    if (server.ended() !== undefined) throw new Error(`The server ended with ${server.ended()}`)

    rmSync(filler)
    await until('writes work again', async () => (await newConversation(client, ledger, next))[1] === 201)
    await until('the server is ready again', async () => (await fetch(`${server.url}/readyz`)).status === 200)
  }
  await until('no import is left', () => valueOf(path, 'SELECT count(*) FROM partitions WHERE state IN (\'staged\', \'publishing\')') === 0)
  if (readdirSync(`${path}-uploads`).length > 0) throw new Error('An upload is left')
  const lines = readFileSync(log, 'utf8').split('\n').length
  if (lines > 10 * count) throw new Error(`The log has ${lines} lines after ${count} levels`)
  await server.end('SIGKILL')
  const again = await startServer(env, { log })
  await verify(await signIn(again.url, 'ada'), ledger.conversations)
  assertSound(path)
  await again.end('SIGTERM')
  return `${count} levels: ${[...statuses].map(([what, times]) => `${what} × ${times}`).join(', ')}; nothing lost`
}

function freeOn (disk: string): number {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}

/** Saves a message in a conversation of its own; its id, and the status of the answer. */
async function newConversation (client: Client, ledger: ReturnType<typeof newLedger>, next: () => number): Promise<[id: string, status: number]> {
  const own: Written[] = []
  const before = ledger.acknowledged
  await writeSomething(client, ledger, own, next, () => someText(next))
  return [own[0]?.id ?? '', ledger.acknowledged > before ? 201 : 507]
}

function signInAgain (url: string): Promise<Answer> {
  return clientOf(url, {}).send('POST', '/api/auth/login', { email: 'ada@example.test', password: 'correct horse battery staple' })
}

function historyOf (n: number) {
  return chatgptExport([{ id: `level-${n}`, title: `Level ${n}`, turns: ['Hello', 'Good day'] }])
}
