import t from 'tap'
import { facts, fixture, importedOne, rows } from './imported.js'

const start = Date.UTC(2024, 0, 1)

t.test('an AI Conversation History', async (t) => {
  const { sourceId, ...history } = facts(await importedOne(t, fixture('dti/history.json')))
  t.strictSame(history, {
    source: 'dti',
    title: 'Hi',
    endpoint: 'custom',
    model: null,
    createdAt: start,
    updatedAt: start + 600_000,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: {}
  })
  t.match(sourceId, /^sha256:/)
  const messages = rows(await importedOne(t, fixture('dti/history.json')), start).map(([, ...row]) => row)
  t.strictSame(messages, [
    [-1, 1000, 'ada@example.test', null, 'Hi'],
    [0, 2000, 'Example AI', null, 'Hello']
  ])
})
