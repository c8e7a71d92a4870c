import fc from 'fast-check'
import t from 'tap'
import { readSearch } from '../../../src/search/find/query.js'
import { MAX_SNIPPET_LENGTH, snippet } from '../../../src/search/find/snippet.js'

const show = (text: string | string[], search: string) => snippet([text].flat(), readSearch(search, 1)?.required ?? [])
const filler = (count: number) => Array.from({ length: count }, (_, n) => `filler${n}`).join(' ')

/** Whether a text has no half of a surrogate pair. */
const isWhole = (text: string) => !/\p{Cs}/u.test(text)

/** What a reader sees: the HTML without marks and escapes. */
function visible (html: string) {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'' }
  return html.replace(/<\/?mark>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '')
}

const cases: Array<[text: string | string[], search: string, html: string]> = [
  ['The castle', 'castle', 'The <mark>castle</mark>'],
  ['The CASTLE, the castle', 'castle', 'The <mark>CASTLE</mark>, the <mark>castle</mark>'],
  ['Über Straße', 'uber strasse', '<mark>Über</mark> <mark>Straße</mark>'],
  ['a <b>castle</b> & "more"', 'castle', 'a &lt;b&gt;<mark>castle</mark>&lt;/b&gt; &amp; &quot;more&quot;'],
  ['the old castle', '"old castle"', 'the <mark>old castle</mark>'],
  ['castles everywhere', 'cast*', '<mark>castles</mark> everywhere'],
  ['重跑gen-itgc后', 'itgc 后', '重跑gen-<mark>itgc</mark><mark>后</mark>'],
  ['two\n\nlines\tof castle', 'castle', 'two lines of <mark>castle</mark>'],
  [['not here', 'but the castle'], 'castle', 'but the <mark>castle</mark>'],
  ['nothing of it', 'castle', 'nothing of it'],
  [[], 'castle', '']
]

for (const [text, search, html] of cases) {
  t.test(`${JSON.stringify(text)} for ${search}`, async (t) => { t.equal(show(text, search), html) })
}

t.test('a long text is cut between words around the match', async (t) => {
  const html = show(`${filler(200)} castle ${filler(200)}`, 'castle')
  t.match(html, /^…filler\d+ .*filler199 <mark>castle<\/mark> filler0 .* filler\d+…$/)
  t.ok(visible(html).length <= MAX_SNIPPET_LENGTH)
  t.ok(visible(html).length > MAX_SNIPPET_LENGTH - 40)
})

t.test('the place with most of the terms is shown', async (t) => {
  const html = show(`castle ${filler(100)} tram near the castle ${filler(100)} tram`, 'tram castle')
  t.match(html, /<mark>tram<\/mark> near the <mark>castle<\/mark>/)
})

t.test('a text without spaces is cut between characters', async (t) => {
  const html = show(`${'𠮷'.repeat(300)}東京${'𠮷'.repeat(300)}`, '東京')
  t.match(html, /<mark>東京<\/mark>/)
  t.ok(visible(html).length <= MAX_SNIPPET_LENGTH)
  t.ok(isWhole(visible(html)))
})

t.test('for any text a snippet is a short, well-formed, escaped excerpt', async (t) => {
  const text = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('castle', ' ', '\n', '<mark>', 'é', '重跑')), { maxLength: 120 }).map((pieces) => pieces.join(''))
  fc.assert(fc.property(text, fc.constantFrom('castle', 'cast*', '"castle castle"', '重 castle', 'mark'), (text, search) => {
    const html = show(text, search)
    const seen = visible(html)
    if (seen.length > MAX_SNIPPET_LENGTH) return false
    if (/[<>]/.test(html.replace(/<\/?mark>/g, ''))) return false
    const excerpt = seen.replace(/^…/, '').replace(/…$/, '')
    return !isWhole(text) || (isWhole(seen) && text.replace(/\s+/g, ' ').includes(excerpt.trim()))
  }), { numRuns: 500 })
})
