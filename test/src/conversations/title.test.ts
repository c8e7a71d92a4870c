import t from 'tap'
import { cleanTitle, MAX_TITLE_CODE_POINTS, titleKey } from '../../../src/conversations/title.js'
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

t.test('titles that differ in case, accents or spelling sort together', async (t) => {
  t.equal(titleKey('ÉCLAIR'), titleKey('e\u0301clair'))
  t.equal(titleKey('ÉCLAIR'), 'eclair')
  t.equal(titleKey('😀'.repeat(1000)), '😀'.repeat(256))
})
