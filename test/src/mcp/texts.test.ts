import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { INSTRUCTIONS, NOTICE, RESOURCE, RESOURCE_TITLE } from '../../../src/mcp/texts.js'
import { chatgptTools, tools } from '../../../src/mcp/tools.js'
import { packageRoot } from '../../../src/paths.js'

/** What assistants last read. `TAP_SNAPSHOT=1` writes it. */
const SNAPSHOT = join(packageRoot, 'test/fixtures/mcp-texts.json')

t.test('what assistants read about the server and its tools changes on purpose only', (t) => {
  const described = [...tools, ...chatgptTools].map(({ name, title, description, published }) => ({ name, title, description, ...published }))
  // As JSON, because that is what goes over the wire.
  const json = `${JSON.stringify({ NOTICE, INSTRUCTIONS, RESOURCE_TITLE, RESOURCE, tools: described }, null, 2)}\n`
  if (t.writeSnapshot) writeFileSync(SNAPSHOT, json)
  t.equal(json, readFileSync(SNAPSHOT, 'utf8'))
  t.end()
})
