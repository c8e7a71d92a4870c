import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigSchema } from '../src/config.js'
import { domainErrorCodes, requestErrorCodes } from '../src/errors.js'
import { packageRoot } from '../src/paths.js'
import { codeStatuses } from '../plugins/error-handler.js'
import { build } from './helper.js'

function read (file: string) {
  return readFileSync(join(packageRoot, file), 'utf8')
}

/** The cells of every row of the tables in a page, without their heads. */
function tableRows (page: string): string[][] {
  return read(page).split('\n').filter((line) => line.startsWith('| ') && !/^\| (-|setting|route|code)/.test(line))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

t.test('docs/routes.md lists every route with its summary, and nothing else', async (t) => {
  const { server } = await build(t, { METRICS: true })
  const { paths } = JSON.parse((await server.inject('/docs/json')).body)
  const documented = Object.entries<Record<string, { summary: string }>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => `\`${method.toUpperCase()} ${path}\` ${summary}`))
  t.strictSame(tableRows('docs/routes.md').map(([route, summary]) => `${route} ${summary}`).toSorted(), documented.toSorted())
})

t.test('docs/configuration.md lists every setting with its default', async (t) => {
  const settings = Object.entries(ConfigSchema.properties).map(([name, { default: value, description }]) =>
    [`\`${name}\``, value === undefined ? '' : `\`${value}\``, description])
  t.strictSame(tableRows('docs/configuration.md'), settings)
})

t.test('docs/errors.md lists every error code with its status, and nothing else', async (t) => {
  const documented = tableRows('docs/errors.md').map(([code, status]) => `${code} ${status}`)
  t.strictSame(documented.toSorted(), Object.entries(codeStatuses).map(([code, status]) => `\`${code}\` ${status}`).toSorted())
  t.strictSame(Object.keys(codeStatuses).toSorted(), [...domainErrorCodes, ...requestErrorCodes].toSorted())
})

t.test('.env.example has every setting, none of them set', async (t) => {
  const example = read('.env.example')
  const names = example.split('\n').map((line) => /^# ([A-Z_]+)=/.exec(line)?.[1]).filter(Boolean)
  t.strictSame(names, Object.keys(ConfigSchema.properties))
  t.notMatch(example, /^[A-Z_]+=/m)
})
