import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { listBackups } from '../../src/maintenance/backup.js'
import { packageRoot } from '../../src/paths.js'
import { chatgptExport } from '../chatgpt-export.js'
import { assertSound, valueOf } from './check-file.js'
import { type Client, importFile, signIn } from './client.js'
import { type Ledger, newLedger, verify, type Written, writeSomething } from './ledger.js'
import { environment, parley, run, startServer, until } from './program.js'
import { someText, type Trial } from './trial.js'

const WRITERS = 16
const ACCOUNTS = 4
/** Longest time that a server works before it is killed. */
const MAX_LIFE_MS = 3000
const IMPORTED = 150

/**
 * Kills the server while 16 clients write, one imports and deletes all it has, and a backup is made. After each kill: what
 * was acknowledged is there, what was not is there whole or not at all, the file is sound, nothing is left of imports, and
 * each backup is sound.
 */
export const kills: Trial = {
  counts: { full: 60, small: 8 },
  async run ({ count, next, folder }) {
    const path = join(folder, 'parley.db')
    const [env, log, backups] = [environment(path), join(folder, 'log'), join(folder, 'backups')]
    mkdirSync(backups)
    const ledgers = new Map(Array.from({ length: ACCOUNTS }, (_, n) => [`writer${n}`, newLedger()]))
    const imports: Imports = { done: 0, isOpen: false, isDeleting: false }
    let killedStarts = 0

    for (let kill = 1; kill <= count; kill++) {
      const server = await startServer(env, { log })
      const clients = await Promise.all([...ledgers.keys()].map(async (name) => [name, await signIn(server.url, name)] as const))
      const before = new Map([...ledgers].map(([name, { conversations }]) => [name, conversations.length]))
      const importer = await signIn(server.url, 'importer')
      const writing = [
        ...Array.from({ length: WRITERS }, (_, n) => write(clients[n % ACCOUNTS], ledgers, next)),
        importAndDelete(importer, imports)
      ]
      const backup = parley(env, ['backup', backups])
      await wait(300 + MAX_LIFE_MS * next())
      await server.end('SIGKILL')
      await Promise.all([...writing, backup])
      killedStarts += await killAStart(env, next)

      const again = await startServer(env, { log })
      for (const [name] of clients) {
        const { conversations } = ledgers.get(name) ?? newLedger()
        // Those of earlier kills are compared after the last one.
        await verify(await signIn(again.url, name), kill === count ? conversations : conversations.slice(before.get(name)))
      }
      await assertWholeImport(await signIn(again.url, 'importer'), imports)
      await until('no import is left', () => valueOf(path, 'SELECT count(*) FROM partitions WHERE state IN (\'staged\', \'publishing\')') === 0)
      const left = readdirSync(`${path}-uploads`)
      if (left.length > 0) throw new Error(`Kill ${kill}: uploads are left: ${left.join(', ')}`)
      assertSound(path)
      for (const made of listBackups(backups, Date.now())) assertSound(made.path)
      if (await again.end('SIGTERM') !== 0) throw new Error(`Kill ${kill}: the server did not stop cleanly`)
    }
    return `${count} kills and ${killedStarts} during a start: ${told(ledgers)}, ${imports.done} imports; nothing lost, nothing half done, ` +
      `${listBackups(backups, Date.now()).length} backups are kept`
  }
}

function told (ledgers: Map<string, Ledger>) {
  const sum = (name: 'acknowledged' | 'unanswered' | 'refused') => [...ledgers.values()].reduce((total, ledger) => total + ledger[name], 0)
  return `${sum('acknowledged')} writes acknowledged, ${sum('unanswered')} unanswered, ${sum('refused')} refused`
}

/** Writes until the connection ends. */
async function write (signedIn: readonly [name: string, client: Client] | undefined, ledgers: Map<string, Ledger>, next: () => number) {
  const [name = '', client] = signedIn ?? []
  const ledger = ledgers.get(name)
  if (!client || !ledger) throw new Error('There is no such account')
  const own: Written[] = []
  while (await writeSomething(client, ledger, own, next, () => someText(next)));
}

interface Imports {
  done: number
  /** Whether an import was sent that has not been answered. */
  isOpen: boolean
  isDeleting: boolean
}

/** Imports a history, deletes it, and so on until the connection ends. */
async function importAndDelete (client: Client, imports: Imports) {
  try {
    for (;;) {
      imports.isOpen = true
      const { status } = await importFile(client, historyOf(imports.done + 1))
      if (status === 503) continue
      if (status !== 201) throw new Error(`An import was answered with ${status}`)
      imports.done++
      imports.isOpen = false
      imports.isDeleting = true
      const deleted = await client.send('DELETE', '/api/convos/all')
      if (deleted.status === 201) imports.isDeleting = false
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}

function historyOf (n: number) {
  return chatgptExport(Array.from({ length: IMPORTED }, (_, c) => ({
    id: `i${n}-c${c}`, title: `Import ${n}`, turns: Array.from({ length: 6 }, (_, m) => `turn ${m} of conversation ${c} `.repeat(20))
  })))
}

/** An import is there whole or not at all, and begins anew. */
async function assertWholeImport (client: Client, imports: Imports) {
  const titles = new Map<string, number>()
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page: { body: unknown } = await client.send('GET', `/api/convos?limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    const { conversations, nextCursor } = page.body as { conversations: Array<{ title: string }>, nextCursor: string | null }
    for (const { title } of conversations) titles.set(title, (titles.get(title) ?? 0) + 1)
    cursor = nextCursor
  }
  for (const [title, number] of titles) if (number !== IMPORTED) throw new Error(`${number} of ${IMPORTED} conversations of "${title}" are there`)
  const last = titles.has(`Import ${imports.done}`)
  if (imports.done > 0 && !last && !imports.isDeleting && !imports.isOpen) throw new Error(`Import ${imports.done} was acknowledged and is not there`)
  await client.send('DELETE', '/api/convos/all')
  // What was published without an answer counts, so that the next one has other conversations.
  if (imports.isOpen) imports.done++
  imports.isOpen = imports.isDeleting = false
}

/** Kills one start in three, too: recovery must bear being cut off. Returns how many it killed. */
async function killAStart (env: Record<string, string>, next: () => number): Promise<number> {
  if (next() < 2 / 3) return 0
  const starting = run(process.execPath, [join(packageRoot, 'dist/src/server.js')], env)
  await wait(1500 * next())
  starting.kill('SIGKILL')
  await once(starting, 'exit')
  return 1
}
