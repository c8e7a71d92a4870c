import t from 'tap'
import { cleanTitle, MAX_TITLE_CODE_POINTS } from '../../../src/conversations/title.js'
import { titleKey } from '../../../src/search/index/title-key.js'
import { normalizeConversation } from '../../../src/imports/normalize.js'

/** The title that an import of a conversation with this title stores. */
function importedTitle (title: string) {
  return normalizeConversation({ sourceId: 'c', title, endpoint: 'openAI', createdAt: null, messages: [] }, 'test', 1).title
}

t.test('a title is one clean line, whether it is imported or given by hand', async (t) => {
  for (const [given, stored] of [
    ['Trip to\nLisbon', 'Trip to Lisbon'],
    ['a\r\n\t\v\f\u0085\u2028\u2029b', 'a b'],
    ['a\u0000\u001b\u007f\u009fb', 'ab'],
    ['a\ud83db\udc00c', 'abc'],
    ['👩\u200d🚀', '👩\u200d🚀'],
    ['a\u202ab\u202bc\u202cd\u202de\u202ef\u2066g\u2067h\u2068i\u2069j', 'abcdefghij'],
    ['\u200fשלום\u200e', '\u200fשלום\u200e'],
    ['  x  ', 'x'],
    ['x'.repeat(5000), 'x'.repeat(MAX_TITLE_CODE_POINTS)],
    [`${'x'.repeat(MAX_TITLE_CODE_POINTS - 1)}😀😀`, `${'x'.repeat(MAX_TITLE_CODE_POINTS - 1)}😀`],
    [`${'x'.repeat(MAX_TITLE_CODE_POINTS - 1)} y`, 'x'.repeat(MAX_TITLE_CODE_POINTS - 1)]
  ] as const) {
    t.equal(cleanTitle(given), stored)
    t.equal(importedTitle(given), stored)
  }
  for (const given of ['', ' \n', '\u200b \u2060\u3164\ufeff']) {
    t.equal(cleanTitle(given), '', 'nothing of it shows')
    t.equal(importedTitle(given), 'Imported Chat')
  }
})

t.test('titles that differ in case, accents, punctuation or spelling sort together', async (t) => {
  for (const [one, other] of [
    ['ÉCLAIR', 'e\u0301clair'], ['ÉCLAIR', 'eclair'], ['Łódź', 'lodz'], ['Straße', 'STRASSE'], ['¿Qué?', 'que'], ['"quoted"', 'Quoted'], ['علی', 'علي'],
    ['Chapter ٩', 'chapter 9'], ['ﾊﾟｿｺﾝ', 'パソコン'], ['007', '7'], ['a - b', 'a b']
  ] as const) t.equal(titleKey(one), titleKey(other), `${one} as ${other}`)
  t.equal(titleKey('😀'.repeat(1000)), '😀'.repeat(256))
})

t.test('titles sort as people expect', async (t) => {
  const inOrder = [
    '', '1 apple', '2 apples', '10 apples', '٢٠ apples', '100 apples', 'Æble', 'Ärger', 'C', 'C++', 'Chapter 1', 'Chapter 2.9', 'Chapter 2.10', 'Chapter 10', 'Đorđe', 'Élan', 'Łódź', '(maybe)', 'Øre', '¿Qué?',
    '"quoted"', 'Straße', 'Strata', 'Title 9', 'Title 009a', 'Title 10', 'Title 12345678901234567890', 'Title 123456789012345678901', 'Zebra', 'Ёлка', 'Жук', '北京', '東京'
  ]
  const sorted = inOrder.toReversed().sort((a, b) => titleKey(a) < titleKey(b) ? -1 : 1)
  t.strictSame(sorted, inOrder)
})
