import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { lockFile } from '../../src/maintenance/lock.js'
import { packageRoot } from '../../src/paths.js'
import { noLimits } from '../no-limits.js'
import { compileInto, startServer } from '../server-process.js'

const PASSWORD = 'correct horse battery staple'
const history = join(packageRoot, 'test/fixtures/imports/chatgpt/lisbon.json')

const folder = t.testdir()
await compileInto(folder)
const program = join(folder, 'dist/src/cli/main.js')

/** Settings of a database of its own. */
function environment (name: string) {
  return { PATH: process.env.PATH ?? '', PORT: '0', DATABASE_PATH: join(folder, name, 'parley.db'), ...noLimits }
}

type Environment = ReturnType<typeof environment>

/** Runs `parley` to its end, with `input` on stdin. */
async function parley (env: Environment, args: string[], input = '') {
  const child = spawn(process.execPath, [program, ...args], { env })
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, stdout, stderr }
}

async function signIn (url: string, password = PASSWORD, email = 'ada@example.test') {
  const res = await fetch(`${url}/api/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password })
  })
  return { status: res.status, token: JSON.parse(await res.text()).token }
}

t.test('usage', async (t) => {
  const env = environment('usage')
  const help = await parley(env, ['--help'])
  t.equal(help.code, 0)
  for (const name of ['serve', 'user', 'key', 'import', 'export', 'backup', 'restore', 'doctor', 'titles']) t.match(help.stdout, new RegExp(`^  ${name}\\b`, 'm'))
  for (const args of [
    ['nonsense'], ['user', 'add'], ['import', history], ['export', '--user', 'ada@example.test'], ['export', '--user', 'ada@example.test', '--out', 'x.zip', '--format', 'pdf'], ['backup'], ['user', 'add', 'no-address'],
    ['key', 'add', 'script'], ['key', 'add', 'script', '--user', 'ada@example.test', '--scope', 'everything'],
    ['key', 'add', 'script', '--user', 'ada@example.test', '--expires', 'tomorrow']
  ]) {
    const { code, stdout, stderr } = await parley(env, args, PASSWORD)
    t.equal(code, 2, args.join(' '))
    t.equal(stdout, '')
    t.match(stderr, /^[^\n]+\n$/, 'one line on stderr')
  }
})

t.test('accounts without a server', async (t) => {
  const env = environment('accounts')
  t.match(await parley(env, ['--json', 'user', 'add', 'ada@example.test', '--name', 'Ada'], PASSWORD), { code: 0, stdout: /"role":"ADMIN"/ })
  t.match(await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD), { code: 1, stderr: /^ada@example.test has an account already\n$/ })
  t.match(await parley(env, ['user', 'add', 'bob@example.test'], 'short'), { code: 2, stderr: /^The password has fewer than 8 characters\n$/ })
  t.match(await parley(env, ['user', 'add', 'bob@example.test'], 'password1'), { code: 2, stderr: /^The password is one of the 10,000 commonest\n$/ })
  t.match(await parley(env, ['user', 'add', 'bob@example.test'], 'long '.repeat(30)), { code: 2, stderr: /^The password has more than 128 characters\n$/ })
  t.match(await parley(env, ['user', 'add', 'bob@example.test', '--name', ''], PASSWORD), { code: 2, stderr: /^A name has 1 to 80 characters/ })
  t.match(await parley(env, ['user', 'add', `${'b'.repeat(65)}@example.test`], PASSWORD), { code: 2, stderr: /is not an e-mail address\n$/ })
  t.match(await parley(env, ['user', 'disable', 'ada@example.test']), { code: 1, stderr: /^[^\n]+\n$/ }, 'the last administrator stays')
  t.match(await parley(env, ['user', 'add', 'bob@example.test'], PASSWORD), { code: 0 })
  t.match(await parley(env, ['user', 'role', 'bob@example.test', 'admin']), { code: 0, stdout: /^bob@example.test is an administrator\n$/ })
  t.match(await parley(env, ['user', 'role', 'ada@example.test', 'owner']), { code: 2 })
  t.match(await parley(env, ['--json', 'user', 'role', 'bob@example.test', 'user']), { code: 0, stdout: /"role":"USER"/ })
  t.match(await parley(env, ['user', 'disable', 'bob@example.test']), { code: 0 })
  const { stdout } = await parley(env, ['--json', 'user', 'list'])
  t.match(JSON.parse(stdout), [{ name: 'Ada', isDisabled: false }, { email: 'bob@example.test', isDisabled: true }])
  t.match(await parley(env, ['user', 'delete', 'bob@example.test']), { code: 2, stderr: /repeat with --yes/ })
  t.match(await parley(env, ['user', 'delete', 'bob@example.test', '--yes']), { code: 0 })
  t.match(await parley(env, ['user', 'password', 'bob@example.test'], PASSWORD), { code: 1, stderr: /^There is no account/ })
})

t.test('keys without a server, and beside one', async (t) => {
  const env = environment('keys')
  const user = ['--user', 'ada@example.test']
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  t.match(await parley(env, ['key', 'add', 'script', '--user', 'bob@example.test']), { code: 1, stderr: /^There is no account bob/ })
  t.match(await parley(env, ['key', 'add', 'late', ...user, '--expires', '2020-01-02']), { code: 1, stderr: /would have expired already/ })
  const made = await parley(env, ['--json', 'key', 'add', 'script', ...user, '--scope', 'read', 'write', '--expires', '2100-01-02'])
  const { id, key, ...shown } = JSON.parse(made.stdout)
  t.match(shown, { name: 'script', scopes: ['read', 'write'], expiresAt: '2100-01-02T00:00:00.000Z', lastUsedAt: null, lastFour: key.slice(-4) })

  const server = await startServer(t, folder, env)
  const status = async (text: string) => (await fetch(`${server.url}/api/convos`, { headers: { 'x-api-key': text } })).status
  t.equal(await status(key), 200)
  const { stdout: plain } = await parley(env, ['key', 'add', 'reader', ...user])
  t.match(plain, /^parley_[0-9A-Za-z]+\n$/, 'only the key, for use in a script')
  t.equal(await status(plain.trim()), 200)
  const list = await parley(env, ['key', 'list', ...user])
  t.match(list.stdout, new RegExp(`${id} +script +…${key.slice(-4)} +read,write +expires 2100-01-02T00:00:00.000Z +used `))
  t.notMatch(list.stdout, key)
  t.match(JSON.parse((await parley(env, ['--json', 'key', 'list', ...user])).stdout), [{ name: 'reader', scopes: ['read'] }, { id }])

  t.match(await parley(env, ['key', 'delete', id, ...user]), { code: 0, stdout: `${id} is deleted\n` })
  t.equal(await status(key), 401, 'the server refuses it from the next request on')
  t.match(await parley(env, ['key', 'delete', id, ...user]), { code: 1, stderr: /^Key not found\n$/ })
  t.equal(await server.stop('SIGTERM'), 0)
})

t.test('nothing is written while the file is restored or repaired', async (t) => {
  const env = environment('restoring')
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  for (const purpose of ['restore', 'doctor --repair']) {
    const lock = lockFile(env.DATABASE_PATH, purpose)
    t.match(await parley(env, ['user', 'add', 'bob@example.test'], PASSWORD), { code: 1, stderr: new RegExp(`in use by process ${process.pid} \\(${purpose}\\)`) })
    lock.release()
  }
  t.match(await parley(env, ['user', 'add', 'bob@example.test'], PASSWORD), { code: 0 })
})

t.test('a reader that stops early is no failure', async (t) => {
  const child = spawn('sh', ['-c', `"${process.execPath}" "${program}" --help | true`], { env: environment('pipe') })
  t.equal(await text(child.stderr), '')
})

t.test('an import that is asked to end leaves no folder behind', async (t) => {
  const env = environment('stopped')
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  const pipe = join(folder, 'stopped/chats')
  mkdirSync(pipe)
  for (let n = 0; n < 3000; n++) cpSync(history, join(pipe, `${n}.json`))
  const child = spawn(process.execPath, [program, 'import', pipe, '--user', 'ada@example.test'], { env })
  const files = () => readdirSync(join(folder, 'stopped')).filter((name) => name.startsWith('import-'))
  while (files().length === 0 && child.exitCode === null) await setTimeout(5)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  t.type(code, 'number', 'it ends by itself')
  t.strictSame(files(), [])
})

t.test('beside a running server', async (t) => {
  const env = environment('beside')
  const server = await startServer(t, folder, env)
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  const { status, token } = await signIn(server.url)
  t.equal(status, 200, 'the server sees the new account')

  const imported = await parley(env, ['--json', 'import', history, '--user', 'ada@example.test'])
  t.match(imported, { code: 0, stderr: /lisbon\.json: 1 conversation\n/ })
  t.match(JSON.parse(imported.stdout), [{ file: history, imported: 1, messages: 4 }])
  const file = join(folder, 'beside/ada.zip')
  const exported = await parley(env, ['--json', 'export', '--user', 'ada@example.test', '--out', file])
  t.match(exported, { code: 0, stderr: /ada\.zip: 1 conversation\n/ })
  t.match(JSON.parse(exported.stdout), { file, format: 'parley', conversations: 1 })
  t.match(await parley(env, ['export', '--user', 'ada@example.test', '--out', file]), { code: 2, stderr: /is there already/ })
  const list = await fetch(`${server.url}/api/convos`, { headers: { authorization: `Bearer ${token}` } })
  t.match(await list.json(), { conversations: [{ title: 'A weekend in Lisbon' }] })

  await parley(env, ['user', 'password', 'ada@example.test'], 'another good password')
  t.equal((await signIn(server.url)).status, 401)
  t.equal((await signIn(server.url, 'another good password')).status, 200)
  await parley(env, ['user', 'add', 'bob@example.test'], PASSWORD)
  t.equal((await signIn(server.url, PASSWORD, 'bob@example.test')).status, 200)
  await parley(env, ['user', 'disable', 'bob@example.test'])
  t.equal((await signIn(server.url, PASSWORD, 'bob@example.test')).status, 401)
  await parley(env, ['user', 'enable', 'bob@example.test'])
  t.equal((await signIn(server.url, PASSWORD, 'bob@example.test')).status, 200)

  const backups = join(folder, 'beside/backups')
  t.match(await parley(env, ['backup', backups]), { code: 0, stdout: /parley-\d{8}T\d{6}Z\.db/ })
  t.match(await parley(env, ['doctor']), { code: 0, stdout: /is sound/ })
  const [backup = ''] = readdirSync(backups)
  const held = new RegExp(`in use by process ${server.child.pid} \\(server\\)`)
  t.match(await parley(env, ['restore', join(backups, backup)]), { code: 1, stderr: held })
  t.match(await parley(env, ['doctor', '--repair']), { code: 1, stderr: held })
  t.match(await parley(env, ['serve']), { code: 1, stdout: '', stderr: held })
  t.equal(await server.stop('SIGTERM'), 0)

  t.match(await parley(env, ['restore', join(backups, backup)]), { code: 0, stdout: /is restored/ })
  t.match(await parley(env, ['user', 'list']), { stdout: /ada@example.test/ })
})

t.test('an import of several files and a folder goes on after a refused one', async (t) => {
  const env = environment('several')
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  const chats = join(folder, 'several/chats')
  mkdirSync(join(chats, 'projects'), { recursive: true })
  cpSync(join(packageRoot, 'test/fixtures/imports/claude-code/session.jsonl'), join(chats, 'projects/session.jsonl'))
  const args = ['import', join(folder, 'nowhere.json'), join(packageRoot, 'README.md'), chats, history, '--user', 'ada@example.test']
  const { code, stdout } = await parley(env, ['--json', ...args])
  t.equal(code, 1)
  const [missing, text, ofFolder, ofFile] = JSON.parse(stdout)
  t.match([missing, text], [{ error: /no file and no folder/ }, { file: /README/, error: /not a chat history/ }])
  t.match([ofFolder, ofFile], [{ file: chats, format: 'claude-code', imported: 1, failed: 0 }, { imported: 1 }])
  t.match(await parley(env, args), { code: 1, stdout: /README\.md: The file is not a chat history[^]+ 1 unchanged/ })
})

t.test('an import on a terminal shows a bar, and its report on stdout', async (t) => {
  const env = environment('terminal')
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  const line = `"${process.execPath}" "${program}" import "${history}" --user ada@example.test`
  // `script` of util-linux runs a program under a pseudo-terminal.
  const { stdout } = await promisify(execFile)('script', ['-qec', line, '/dev/null'], { env: { ...env, TERM: 'xterm' } })
  t.ok(stdout.includes('\u001B['), 'it is drawn')
  t.match(stdout, /[━█─]/, 'as a bar')
  t.match(stdout, /1 imported, 0 updated/)
})

t.test('titles for conversations that have none', async (t) => {
  const env = environment('titles')
  const server = await startServer(t, folder, env)
  await parley(env, ['user', 'add', 'ada@example.test'], PASSWORD)
  const { token } = await signIn(server.url)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const conversationId = '0192f3c1-7d1e-7c5b-8a53-0c7f5f1b2a10'
  await fetch(`${server.url}/api/messages/${conversationId}`, {
    method: 'POST', headers, body: JSON.stringify({ messageId: 'm', text: 'How do I prune an apple tree in winter?', isCreatedByUser: true })
  })
  const { stdout } = await parley(env, ['--json', 'titles', 'backfill'])
  t.strictSame(JSON.parse(stdout), { titled: 1, left: 0 })
  const list = await fetch(`${server.url}/api/convos`, { headers })
  t.match(await list.json(), { conversations: [{ title: /apple tree/i }] })
})
