import { execFile } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import t from 'tap'
import { packageRoot } from '../../src/paths.js'
import { build } from '../helper.js'

/*
 * Clients that well-known generators make of the OpenAPI document. Each is compiled under `strict`, and its program in
 * test/fixtures/generated-clients goes through README's walk-through with it.
 */

/** Installed for this test only: they have hundreds of packages. The last versions that run on Node 20. */
const GENERATORS = ['@hey-api/openapi-ts@0.95.0', 'orval@7.13.2', 'zod@4.6.7']

const run = promisify(execFile)
const folder = t.testdir({ 'package.json': '{ "private": true, "type": "module" }' })
const contract = join(packageRoot, 'test/openapi.json')
const history = join(packageRoot, 'test/fixtures/imports/chatgpt/lisbon.json')
const require = createRequire(import.meta.url)

const { server } = await build(t, { ALLOW_REGISTRATION: true })
const url = await server.listen({ port: 0, host: '127.0.0.1' })

await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--prefix', folder, ...GENERATORS])
cpSync(join(packageRoot, 'test/fixtures/generated-clients'), folder, { recursive: true })
const installed = (program: string) => join(folder, 'node_modules/.bin', program)
await run(process.execPath, [join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js'), contract, '--output', join(folder, 'openapi-typescript/schema.ts')])
await run(installed('openapi-ts'), ['--input', contract, '--output', join(folder, 'hey-api'), '--client', '@hey-api/client-fetch'], { cwd: folder })
writeFileSync(join(folder, 'orval.config.cjs'), `module.exports = ${JSON.stringify({
  client: { input: contract, output: { client: 'fetch', target: join(folder, 'orval/client.ts'), baseUrl: url } },
  zod: { input: contract, output: { client: 'zod', target: join(folder, 'orval/zod.ts') } }
})}`)
await run(installed('orval'), ['--config', 'orval.config.cjs'], { cwd: folder })

for (const name of ['openapi-fetch', 'hey-api', 'orval']) {
  t.test(`the client of ${name} compiles under strict and walks through README`, async (t) => {
    const program = join(folder, `${name}.ts`)
    const compiler = [require.resolve('typescript/bin/tsc'), '--noEmit', '--strict', '--noUncheckedIndexedAccess', '--target', 'es2023', '--module', 'esnext',
      '--moduleResolution', 'bundler', '--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--typeRoots', join(packageRoot, 'node_modules/@types'), program]
    await run(process.execPath, compiler).catch(({ stdout }: { stdout: string }) => { t.equal(stdout, '', 'no error of types') })
    const outfile = join(folder, `${name}.mjs`)
    await bundle({ entryPoints: [program], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' })
    await run(process.execPath, [outfile, url, history, name])
    const { conversations } = (await server.inject({ url: '/api/convos', headers: await headersOf(name) })).json()
    t.equal(conversations.length, 1, 'the copy is left')
  })
}

async function headersOf (name: string) {
  const payload = { email: `${name}@example.com`, password: 'correct horse battery' }
  const { token } = (await server.inject({ method: 'POST', url: '/api/auth/login', payload })).json()
  return { authorization: `Bearer ${token}` }
}
