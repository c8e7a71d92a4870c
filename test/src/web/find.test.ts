import t from 'tap'
import { isFoundIn, placesOf, termsOf } from '../../../src/web/state/find.js'

const found = (text: string, query: string) => placesOf(text, termsOf(query)).map(({ start, end }) => text.slice(start, end))

t.test('words are found whatever their case and accents', async (t) => {
  t.strictSame(found('Café, CAFE und cafés', 'café'), ['Café', 'CAFE', 'café'])
  t.strictSame(found('Straße', 'STRASSE'), [])
  t.strictSame(found('İstanbul', 'istanbul'), ['İstanbul'])
})

t.test('a decomposed letter is marked with its accents', async (t) => {
  t.strictSame(found('cafe\u0301s', 'café'), ['cafe\u0301'])
})

t.test('phrases are one term, excluded words none, and beginnings lose their star', async (t) => {
  t.strictSame(termsOf('"Tram 28" -museum light* "open'), ['tram 28', 'light', 'open'])
  t.strictSame(termsOf('  " "  '), [])
  t.strictSame(termsOf('„Tram 28“ “tram 28” light'), ['tram 28', 'light'])
})

t.test('places come in order and none lies in another', async (t) => {
  t.strictSame(placesOf('abcabc', ['abc', 'bc', 'c']), [{ start: 0, end: 3 }, { start: 3, end: 6 }])
})

t.test('characters outside the first plane keep their places', async (t) => {
  t.strictSame(found('😀 lámp 😀 lamp', 'lamp'), ['lámp', 'lamp'])
})

t.test('a text without any of the terms is not found', async (t) => {
  t.notOk(isFoundIn('nothing here', termsOf('lamp')))
  t.ok(isFoundIn('a LAMP', termsOf('lamp oil')))
})
