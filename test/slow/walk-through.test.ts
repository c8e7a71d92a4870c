import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { packageRoot } from '../../src/paths.js'
import { freePort } from '../free-port.js'
import { compileInto } from '../server-process.js'

/*
 * Pages of the docs, run as they stand: their commands in one shell in an empty folder, compared with what the page says they print.
 */

interface Step { command: string, prints: string }

/** The commands of every block, each with the lines below it. */
function stepsOf (page: string): Step[] {
  const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map((step) => {
    const [command = '', ...lines] = step.trimEnd().split('\n')
    return { command, prints: lines.join('\n') }
  })
}

/** What differs from run to run. */
function likeEveryRun (printed: string): string {
  return printed
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?:-\d+)?/g, 'ID')
    .replaceAll(/parley_\w+/g, 'KEY')
    .replaceAll(/\d{8}T\d{6}Z/g, 'TIME')
    .replaceAll(/^\d{4}-\d\d-\d\dT[\d:.]+Z(?= )|\d{4}-\d\d-\d\d(?=\.zip)/gm, 'TIME')
    .replaceAll(/"bytes":\d+/g, 'SIZE')
    .replaceAll(/"(?:checkedAt|updatedAt|createdAt|expiresAt)":"[^"]+"/g, 'TIME')
    .replaceAll(/[\d.,]+ (?:bytes|kB|KiB|MB|MiB|ms|s|seconds)\b/g, 'SIZE')
    .trim()
}

/** The state that pages about a server which has something in it begin with: the first half of the walk through. */
const begun = [
  'printf "correct horse battery" | parley user add ada@example.com',
  'parley serve > parley.log &',
  'until curl -sf http://127.0.0.1:3080/readyz; do sleep 1; done',
  'parley import conversations.json --user ada@example.com',
  'KEY=$(parley --json key add walk --user ada@example.com --scope read export | node -p \'JSON.parse(require("fs").readFileSync(0)).key\')',
  'ID=$(curl -s -H "x-api-key: $KEY" http://127.0.0.1:3080/api/convos | node -p \'JSON.parse(require("fs").readFileSync(0)).conversations[0].conversationId\')'
]

/** Makes the two files that MongoDB's tool writes. */
const collections = Object.entries({
  messages: [
    { messageId: 'm1', conversationId: 'c1', parentMessageId: null, isCreatedByUser: true, text: 'Which bread keeps longest?', createdAt: { $date: '2026-03-01T10:00:01Z' } },
    { messageId: 'm2', conversationId: 'c1', parentMessageId: 'm1', isCreatedByUser: false, text: 'Rye bread', createdAt: { $date: '2026-03-01T10:00:05Z' } }
  ],
  conversations: [{ conversationId: 'c1', title: 'Bread that keeps', endpoint: 'openAI', messages: [{ $oid: '65f000000000000000000001' }] }]
}).map(([name, documents]) => `printf '%s' '${JSON.stringify(documents)}' > ${name}.json`)

/** What runs before the commands of each page. */
const pages: Record<string, string[]> = { 'walk-through': [], api: [], export: begun, backup: begun, librechat: [...begun, ...collections] }

const program = t.testdir()
await compileInto(program)
writeFileSync(join(program, 'parley'), `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(program, 'dist/src/cli/main.js'))} "$@"\n`, { mode: 0o755 })

for (const [name, before] of Object.entries(pages)) {
  t.test(`the commands of docs/${name}.md print what it says`, async (t) => {
    const folder = join(program, name)
    mkdirSync(folder)
    copyFileSync(join(packageRoot, 'test/fixtures/imports/chatgpt/lisbon.json'), join(folder, 'conversations.json'))
    const port = String(await freePort())
    const page = readFileSync(join(packageRoot, `docs/${name}.md`), 'utf8')
    const [, client = ''] = /^```js\n([\s\S]*?)^```/m.exec(page) ?? []
    writeFileSync(join(folder, 'client.mjs'), client.replaceAll('127.0.0.1:3080', `127.0.0.1:${port}`))
    const steps = stepsOf(page)
    t.ok(steps.length > 3)
    const here = (command: string) => command.replaceAll('127.0.0.1:3080', `127.0.0.1:${port}`)
    const script = [
      ...before.map(here),
      ...steps.flatMap(({ command }, index) => [`printf '\\n@@${index}\\n'`, here(command)])
    ].join('\n')
    const inPage = (printed: string) => printed.replaceAll(`127.0.0.1:${port}`, '127.0.0.1:3080').replaceAll(folder, '/home/ada')
    const shell = spawn('bash', ['-c', script], {
      cwd: folder,
      env: { PATH: `${program}:${process.env.PATH ?? ''}`, PORT: port, DATABASE_PATH: join(folder, 'parley.db') },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that no server outlives the shell.
      detached: true
    })
    shell.once('exit', () => {
      try {
        if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL')
      } catch {
        // All of the group have ended.
      }
    })
    t.teardown(() => { shell.kill('SIGKILL') })
    const printed = inPage(await text(shell.stdout))
    for (const [index, { command, prints }] of steps.entries()) {
      const [, after = ''] = printed.split(`@@${index}\n`)
      const [output = ''] = after.split(/^@@\d+$/m)
      t.equal(likeEveryRun(output), likeEveryRun(prints), command)
    }
  })
}
