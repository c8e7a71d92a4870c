import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../../src/paths.js'
import { entriesIn, outlineOf } from './outline.js'

/*
 * Each file of test/fixtures/imports with an `.expected` file beside it gives exactly that. UPDATE_EXPECTED=1 writes
 * those that are missing, to be read before they are kept.
 */

const folder = join(packageRoot, 'test/fixtures/imports')

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:json|jsonl|csv|html)$/.test(file)).sort()

for (const file of files) {
  const expected = join(folder, `${file}.expected`)
  if (!existsSync(expected) && process.env.UPDATE_EXPECTED !== '1') continue
  t.test(`${file} gives what stands beside it`, async (t) => {
    const { entries } = await entriesIn(t, join(folder, file))
    const outline = `${outlineOf(entries).join('\n')}\n`
    if (!existsSync(expected)) writeFileSync(expected, outline)
    t.equal(outline, readFileSync(expected, 'utf8'))
  })
}
