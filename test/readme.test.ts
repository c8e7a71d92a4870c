import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigSchema } from '../src/config.js'
import { packageRoot } from '../src/paths.js'
import { build } from './helper.js'

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
const example = readFileSync(join(packageRoot, '.env.example'), 'utf8')

/** The cells of every table row of a section. */
function table (heading: string) {
  const [, section = ''] = readme.split(`\n## ${heading}\n`)
  const [body = ''] = section.split('\n## ')
  return body.split('\n').filter((line) => line.startsWith('| ') && !/^\| (-|what|setting|route)/.test(line))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

t.test('the routes table lists every route with its summary, and nothing else', async (t) => {
  const { server } = await build(t, { METRICS: true })
  const { paths } = JSON.parse((await server.inject('/docs/json')).body)
  const documented = Object.entries<Record<string, { summary: string }>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => `\`${method.toUpperCase()} ${path}\` ${summary}`))
  t.strictSame(table('Routes').map(([route, summary]) => `${route} ${summary}`).toSorted(), documented.toSorted())
})

t.test('the configuration table lists every setting with its default', async (t) => {
  const settings = Object.entries(ConfigSchema.properties).map(([name, { default: value, description }]) =>
    [`\`${name}\``, value === undefined ? '' : `\`${value}\``, description])
  t.strictSame(table('Configuration'), settings)
})

t.test('.env.example has every setting, none of them set', async (t) => {
  const names = example.split('\n').map((line) => /^# ([A-Z_]+)=/.exec(line)?.[1]).filter(Boolean)
  t.strictSame(names, Object.keys(ConfigSchema.properties))
  t.notMatch(example, /^[A-Z_]+=/m)
})
