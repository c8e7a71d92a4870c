import fc from 'fast-check'
import t from 'tap'
import { readSearch } from '../../../src/search/find/query.js'
import { MAX_SNIPPET_LENGTH, snippet } from '../../../src/search/find/snippet.js'
import { locateWords } from '../../../src/search/index/locate.js'
import { tokenize } from '../../../src/search/index/tokenizer.js'

const show = (text: string | string[], search: string) => snippet([text].flat(), readSearch(search, 1)?.required ?? [])
const filler = (count: number) => Array.from({ length: count }, (_, n) => `filler${n}`).join(' ')

/** Whether a text has no half of a surrogate pair. */
const isWhole = (text: string) => !/\p{Cs}/u.test(text)

/** What a reader sees: the HTML without marks and escapes. */
function visible (html: string) {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'' }
  return html.replace(/<\/?mark>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '')
}

/** A text of which a place is far from the beginning, and what is shown there. */
const far = (count: number, place: string) => `${filler(count)} ${place} ${filler(200)}`

type Case = [text: string | string[], search: string, html: string]

const cases: Record<string, Case[]> = {
  'of short texts': [
    ['The castle', 'castle', 'The <mark>castle</mark>'],
    ['The CASTLE, the castle', 'castle', 'The <mark>CASTLE</mark>, the <mark>castle</mark>'],
    ['Über Straße', 'uber strasse', '<mark>Über</mark> <mark>Straße</mark>'],
    ['a <b>castle</b> & "more"', 'castle', 'a &lt;b&gt;<mark>castle</mark>&lt;/b&gt; &amp; &quot;more&quot;'],
    ['the <mark>castle</mark>', 'castle', 'the &lt;mark&gt;<mark>castle</mark>&lt;/mark&gt;'],
    ['the old castle', '"old castle"', 'the <mark>old castle</mark>'],
    ['castles everywhere', 'cast*', '<mark>castles</mark> everywhere'],
    ['castles everywhere', 'cast', '<mark>castles</mark> everywhere'],
    ['castles everywhere', 'cast ', 'castles everywhere'],
    ['重跑gen-itgc后', 'itgc 后', '重跑gen-<mark>itgc</mark><mark>后</mark>'],
    ['two\n\nlines\tof castle', 'castle', 'two lines of <mark>castle</mark>'],
    [['not here', 'but the castle'], 'castle', 'but the <mark>castle</mark>'],
    [['a castle', 'a tram to the castle'], 'castle tram ', 'a <mark>tram</mark> to the <mark>castle</mark>'],
    ['nothing of it', 'castle', 'nothing of it'],
    [[], 'castle', ''],
    ['', 'castle', ''],
    ['I write C++', 'C++', 'I write <mark>C++</mark>'],
    ['Save 50% now', '50%', 'Save <mark>50%</mark> now'],
    ['mail ada@example.com now', 'ada@example.com', 'mail <mark>ada@example.com</mark> now']
  ],
  'in decomposed text': [
    ['re\u0301sume\u0301 here', 'resume', '<mark>re\u0301sume\u0301</mark> here'],
    ['the cafe\u0301', 'cafe', 'the <mark>cafe\u0301</mark>'],
    ['\u1112\u1161\u11ab\u1100\u116e\u11a8어', '한국', '<mark>\u1112\u1161\u11ab\u1100\u116e\u11a8</mark>어'],
    ['カ\u3099キ\u3099ク\u3099', 'ガギグ', '<mark>カ\u3099キ\u3099ク\u3099</mark>'],
    ['か\u3099っこう', 'がっ', '<mark>か\u3099っ</mark>こう'],
    ['ﾊﾟｿｺﾝを買う', 'パソコン', '<mark>ﾊﾟｿｺﾝ</mark>を買う'],
    ['The Việt word', 'viet ', 'The <mark>Việt</mark> word'],
    ['The Vie\u0323\u0302t word', 'viet ', 'The <mark>Vie\u0323\u0302t</mark> word'],
    ['Ё\u0301лка', 'елка', '<mark>Ё\u0301лка</mark>'],
    ['i\u0307stanbul', 'istanbul', '<mark>i\u0307stanbul</mark>']
  ],
  'with joiners and invisible characters': [
    ['soft\u00adhyphen here', 'softhyphen', '<mark>soft\u00adhyphen</mark> here'],
    ['می‌خواهم بروم', 'ميخواهم', '<mark>می‌خواهم</mark> بروم'],
    ['क्\u200dष है', 'क्ष', '<mark>क्\u200dष</mark> है'],
    ['ශ්\u200dරී ලංකා', 'ශ්රී', '<mark>ශ්\u200dරී</mark> ලංකා'],
    ['zero\u200bwidth', 'zero ', '<mark>zero</mark>\u200bwidth'],
    ['葛\u{e0100}城市', '葛城', '<mark>葛\u{e0100}城</mark>市'],
    ['كـــتاب جديد', 'کتاب', '<mark>كـــتاب</mark> جديد'],
    ['مُحَمَّد هنا', 'محمد', '<mark>مُحَمَّد</mark> هنا']
  ],
  'with whole graphemes': [
    ['yes 👍🏽 yes', '👍', 'yes <mark>👍🏽</mark> yes'],
    ['the 👨‍👩‍👧‍👦 family', '👩', 'the <mark>👨‍👩‍👧‍👦</mark> family'],
    ['a 🇫🇷 flag', '🇫🇷', 'a <mark>🇫🇷</mark> flag'],
    ['ภาษาไทยง่ายมาก', 'ง่าย', 'ภาษาไทย<mark>ง่าย</mark>มาก'],
    ['น้ำเย็น', 'น้ำ', '<mark>น้ำ</mark>เย็น'],
    ['हिन्दी में', 'हिन्दी', '<mark>हिन्दी</mark> में'],
    ['𠮷野家へ', '𠮷野', '<mark>𠮷野</mark>家へ'],
    ['x cafe\u0301\u0323\u0302 x', 'cafe', 'x <mark>cafe\u0301\u0323\u0302</mark> x']
  ],
  'with further forms of words': [
    ['call getUserName() now', 'user ', 'call get<mark>User</mark>Name() now'],
    ['call getUserName() now', '"user name"', 'call get<mark>UserName</mark>() now'],
    ['call getUserName() now', 'getusername', 'call <mark>getUserName</mark>() now'],
    ['call getUserName() now', 'get', 'call <mark>getUserName</mark>() now'],
    ['send an e-mail now', 'email', 'send an <mark>e-mail</mark> now'],
    ['send an e-mail now', 'e-mail', 'send an <mark>e-mail</mark> now'],
    ['send an email now', 'e-mail', 'send an <mark>email</mark> now'],
    ['to Hawaiʻi now', 'hawaii', 'to <mark>Hawaiʻi</mark> now'],
    ['I don’t know', 'dont', 'I <mark>don’t</mark> know'],
    ['it costs 1,299.50 now', '1299', 'it costs <mark>1,299</mark>.50 now'],
    ['a study¹ says', 'study ', 'a <mark>study</mark>¹ says'],
    ['E = mc² now', 'mc2', 'E = <mark>mc²</mark> now'],
    ['about 10⁶ people', '6 ', 'about 10<mark>⁶</mark> people'],
    ['Windows™ Server', '"windows server"', '<mark>Windows™ Server</mark>'],
    ['سنة ٢٠٢٤', '2024', 'سنة <mark>٢٠٢٤</mark>'],
    ['ปี ๒๕๖๗ นี้', '2567', 'ปี <mark>๒๕๖๗</mark> นี้'],
    ['コンピュータの話', 'コンピューター', '<mark>コンピュータ</mark>の話']
  ]
}

/** Texts whose place is anywhere in them, and what stands there. */
const farCases: Case[] = [
  [far(7_000, 'the castle'), 'castle', 'the <mark>castle</mark>'],
  [far(90_000, 'the castle'), 'castle', 'the <mark>castle</mark>'],
  [far(90_000, 'the château'), 'chateau', 'the <mark>château</mark>'],
  [far(90_000, 'la résume\u0301e'), 'resumee', 'la <mark>résume\u0301e</mark>'],
  [far(90_000, 'a study¹ of getUserName'), 'study user ', 'a <mark>study</mark>¹ of get<mark>User</mark>Name'],
  [far(90_000, 'an e-mail'), 'email', 'an <mark>e-mail</mark>'],
  [`castle ${far(90_000, 'a tram near the castle')}`, 'tram castle ', 'a <mark>tram</mark> near the <mark>castle</mark>'],
  [`${'漢'.repeat(70_000)}東京${'漢'.repeat(500)}`, '東京', '漢<mark>東京</mark>漢'],
  [`${'한'.normalize('NFD').repeat(30_000)}${'서울'.normalize('NFD')}`, '서울', `<mark>${'서울'.normalize('NFD')}</mark>`],
  [`${'ง่าย'.repeat(20_000)}น้ำเย็น${'ง่าย'.repeat(500)}`, 'น้ำเย็น', '<mark>น้ำเย็น</mark>'],
  [`${'x'.repeat(199)} `.repeat(1000) + 'castle', 'castle', ' <mark>castle</mark>']
]

for (const [what, some] of Object.entries(cases)) {
  t.test(`a snippet shows and marks what was found, ${what}`, async (t) => {
    for (const [text, search, html] of some) t.equal(show(text, search), html, `${JSON.stringify(text)} for ${search}`)
  })
}

t.test('a snippet shows the place however far it is from the beginning', async (t) => {
  for (const [text, search, part] of farCases) {
    const html = show(text, search)
    t.ok(html.includes(part), `${search}: ${html}`)
    t.ok(visible(html).length <= MAX_SNIPPET_LENGTH)
  }
})

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const graphemesOf = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment)

t.test('cuts and marks never split a grapheme', async (t) => {
  for (const grapheme of ['👨‍👩‍👧‍👦', 'e\u0301\u0323', 'हि', 'น้ำ', '5️⃣', '👍🏽', '🇫🇷', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\u1112\u1161\u11ab', '𠮷', '\r\n']) {
    for (let lead = 0; lead < 12; lead++) {
      const text = `${'x'.repeat(lead)}${grapheme.repeat(200)} castle ${grapheme.repeat(200)}`
      for (const html of [show(text, 'castle'), show(text.replaceAll(' ', ''), grapheme)]) {
        const pieces = html.replace(/^…|…$/g, '').split(/<\/?mark>/)
        const whole = new Set([...graphemesOf(text), ' '])
        t.ok(pieces.flatMap(graphemesOf).every((one) => whole.has(one)), `${lead} before ${grapheme}: ${html}`)
      }
    }
  }
})

t.test('the words that are located are the words of the index', async (t) => {
  const piece = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }),
    fc.constantFrom('e-mail ', 'getName', '10⁶', 'study¹', '٢٠٢٤', 'ﾊﾟｿ', 'น้ำ', '™', '\u0301', '\u200d', 'ﷺ', '한국'.normalize('NFD')))
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')), (text) => {
    const [words = [], ...forms] = locateWords(text)
    t.same(words.map(({ word }) => word), tokenize(text))
    t.ok([...words, ...forms.flat()].every(({ start, end }) => start < end && end <= text.length))
  }), { numRuns: 500 })
})

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
