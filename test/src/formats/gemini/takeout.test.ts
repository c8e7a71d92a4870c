import t from 'tap'
import { type JsonObject } from '../../../../src/formats/kit/draft.js'
import { facts, fixture, imported, importedOne, rows, shape } from '../imported.js'

const start = Date.UTC(2024, 0, 1)

function prompt (title: string, time: string, html: string | null = null): JsonObject {
  return { header: 'Gemini Apps', title, time, products: ['Gemini Apps'], ...(html !== null && { safeHtmlItem: [{ html }] }) }
}

t.test('activities become conversations', async (t) => {
  const { conversations: [old, recent, ...others], formats } = await imported(t, fixture('gemini-takeout/activity.json'))
  if (old === undefined || recent === undefined) throw new Error('a conversation is missing')
  t.strictSame([formats, others], [['gemini-takeout'], []])
  t.strictSame(facts(recent), {
    source: 'gemini-takeout',
    sourceId: '2024-01-01T00:00:00Z',
    title: 'When?',
    endpoint: 'google',
    model: null,
    createdAt: start,
    updatedAt: start + 1_200_001,
    isArchived: false,
    pinned: false,
    tags: [],
    settings: {}
  })
  t.strictSame(rows(recent, start), [
    ['2024-01-01T00:00:00Z', -1, 0, 'user', null, 'When?'],
    ['2024-01-01T00:00:00Z/1', 0, 1, 'Gemini', null, 'March'],
    ['2024-01-01T00:00:00Z/2', 0, 1, 'Gemini', null, 'Spring'],
    ['2024-01-01T00:20:00Z', 2, 1_200_000, 'user', null, 'And this?\n[image: rose.png]\n[file: soil.pdf]'],
    ['2024-01-01T00:20:00Z/1', 3, 1_200_001, 'Gemini', null, 'A **rose**.']
  ], 'oldest first; drafts are branches; feedback and other products are left out')
  t.strictSame(recent.messages[3]?.body.metadata, {
    assets: [{ kind: 'image', pointer: 'rose-1f.png', name: 'rose.png' }, { kind: 'file', pointer: 'soil.pdf', name: 'soil.pdf' }],
    sources: [{ title: 'A page', url: 'https://e.org/rose' }]
  })
  t.equal(shape(old), 'Created Gemini Canvas titled Plan\n\n# Plan< Neznámý začátek: otázka<Created Gemini Canvas titled Plan\n\n# Plan Odpověď<Neznámý začátek: otázka',
    'a creation has no prompt; a title in an unknown language is kept whole')
})

t.test('titles lose what Google puts before them', async (t) => {
  for (const title of ['Prompted q', 'Live Prompt q', 'Asked q', 'Prompt : q', 'Pokyn q']) {
    t.equal(shape(await importedOne(t, [prompt(title, '2024-01-01T00:00:00Z')])), 'q<', title)
  }
})

t.test('a later export finds the same conversations', async (t) => {
  const before = [prompt('Prompted b', '2024-01-01T00:10:00Z', '<p>B</p>'), prompt('Prompted a', '2024-01-01T00:00:00Z')]
  const after = [prompt('Prompted d', '2024-01-01T09:00:00Z'), prompt('Prompted c', '2024-01-01T00:30:00Z'), ...before]
  const old = await importedOne(t, before)
  const { conversations: [grown, added] } = await imported(t, after)
  t.equal(grown?.sourceId, old.sourceId)
  t.strictSame(grown?.messages.slice(0, 3), old.messages, 'and the messages they had')
  t.equal(added?.sourceId, '2024-01-01T09:00:00Z')
})

t.test('a day without a pause is cut', async (t) => {
  const activities = Array.from({ length: 401 }, (_, minute) => prompt(`Prompted ${minute}`, new Date(start + minute * 60_000).toISOString()))
  const { conversations } = await imported(t, activities.reverse())
  t.strictSame(conversations.map(({ messages }) => messages.length), [200, 200, 1])
})

t.test('activities of other products alone are left out, and the report says so', async (t) => {
  const { entries } = await imported(t, [{ header: 'YouTube', title: 'Watched', time: '2024-01-01T00:00:00Z', products: ['YouTube'] }])
  t.match(entries, [{ kind: 'unread', reason: /Gemini Apps/ }])
})
