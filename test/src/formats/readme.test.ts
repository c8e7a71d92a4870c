import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { normalizeConversation } from '../../../src/imports/normalize.js'
import { packageRoot } from '../../../src/paths.js'
import { example } from '../../fixtures/formats/example.js'
import { noContext } from '../imports/damage.js'
import { importTime } from './imported.js'

t.test('the format in the README is the one that is tested here', async (t) => {
  const readme = readFileSync(join(packageRoot, 'src/formats/README.md'), 'utf8')
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  t.equal(code, readFileSync(join(packageRoot, 'test/fixtures/formats/example.ts'), 'utf8'))
})

t.test('the format in the README reads its file', async (t) => {
  const element = { id: 'a-conversation-of-example', lines: [{ who: 'me', what: 'Hello', at: 1_772_700_000 }, null, { who: 'it', what: 5 }, { who: 'it', what: 'Hi' }] }
  t.ok(example.matches(element))
  t.notOk(example.matches({ lines: 'x' }))
  const [draft] = example.convert(element, { ...noContext, fileTitle: 'Greetings' })
  if (draft === undefined) throw new Error('no conversation')
  t.match(normalizeConversation(draft, example.name, importTime), { title: 'Greetings', messages: [{ body: { text: 'Hello' } }, { parent: 0, body: { text: 'Hi' } }] })
})
