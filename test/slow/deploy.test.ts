import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { packageRoot } from '../../src/paths.js'

/* The files of deploy/, as the programs read them that they are for. None of these needs a running systemd or container engine. */

const run = promisify(execFile)

/** What `systemd-analyze security` may say of the unit: 0 is closed, 10 open. */
const MAX_EXPOSURE = 2

t.test('systemd takes the unit, and finds it well closed', async (t) => {
  const unit = join(t.testdir(), 'parley.service')
  // `verify` looks for the program, and Node stands elsewhere on some machines.
  writeFileSync(unit, readFileSync(join(packageRoot, 'deploy/parley.service'), 'utf8').replace('/usr/bin/node', process.execPath))
  t.match(await run('systemd-analyze', ['verify', unit]), { stdout: '', stderr: '' })
  await run('systemd-analyze', ['security', '--offline=true', `--threshold=${MAX_EXPOSURE * 10}`, unit])
})

const composeFiles = {
  'compose.yaml': ['compose.yaml'],
  'compose.yaml with deploy/compose.traefik.yaml': ['compose.yaml', 'deploy/compose.traefik.yaml']
}

for (const [name, files] of Object.entries(composeFiles)) {
  t.test(`docker-compose takes ${name}`, async (t) => {
    const compose = async (...more: string[]) =>
      await run('docker-compose', [...[...files, ...more].flatMap((file) => ['--file', file]), 'config', '--quiet'], { cwd: packageRoot })
    t.match(await compose(), { stdout: '', stderr: '' })
    const misspelled = join(t.testdir(), 'misspelled.yaml')
    writeFileSync(misspelled, 'services: { parley: { read_onyl: true } }\n')
    await t.rejects(compose(misspelled), /read_onyl/, 'it checks the names of keys')
  })
}
