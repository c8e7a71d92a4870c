import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../../src/paths.js'

const openapi = JSON.parse(readFileSync(join(packageRoot, 'test/openapi.json'), 'utf8'))

type Texts = Record<string, string | Record<string, string>>

const read = (code: string): Texts => JSON.parse(readFileSync(join(packageRoot, `src/web/i18n/${code}.json`), 'utf8'))

/** The values that a text takes, in each of its plural forms. */
function placeholders (text: string | Record<string, string> = ''): string[] {
  const forms = typeof text === 'string' ? [text] : Object.values(text)
  return [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].toSorted()
}

for (const code of ['de']) {
  t.test(`${code} has every text of en, with the same values and a plural where en has one`, async (t) => {
    const en = read('en')
    const other = read(code)
    // English needs no texts for failures: the server's own are English.
    const [failures, texts] = [true, false].map((isFailure) => Object.keys(other).filter((key) => key.startsWith('failure.') === isFailure))
    t.strictSame(texts, Object.keys(en))
    const codes: string[] = openapi.components.schemas.Problem.properties.code.enum
    t.ok(failures?.length)
    t.strictSame(failures?.filter((key) => !codes.includes(key.split('.')[1] ?? '')), [], 'failures are named by codes of the server')
    for (const [key, text] of Object.entries(en)) {
      t.strictSame(placeholders(other[key]), placeholders(text), key)
      t.equal(typeof other[key], typeof text, key)
    }
  })
}

t.test('every text is used, and every text that is used is there', async (t) => {
  const folder = join(packageRoot, 'src/web')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.endsWith('schema.d.ts'))
  const code = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  /** Keys that are put together, as `part.${kind}`. */
  const patterns = [...code.matchAll(/t\(`([\w.]+(?:\$\{[^}]+\}|[\w.])*)`/g)].map(([, key = '']) => new RegExp(`^${key.replaceAll('.', '\\.').replaceAll(/\$\{[^}]+\}/g, '[\\w:]+')}$`))
  const keys = Object.keys(read('en'))
  t.ok(patterns.length > 3)
  t.strictSame(keys.filter((key) => !code.includes(`'${key}'`) && !patterns.some((pattern) => pattern.test(key))), [], 'none is left over')
  const named = [...code.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key)
  t.strictSame(named.filter((key) => key !== undefined && !keys.includes(key)), [])
})
