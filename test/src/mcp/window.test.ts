import fc from 'fast-check'
import t from 'tap'
import { type Place, type Wanted, windowOf } from '../../../src/mcp/window.js'

const rows = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => `# ${text}`), { minLength: 1, maxLength: 30 })
const maxUnits = fc.integer({ min: 4, max: 200 })
const take = (row: string[], wanted: Wanted, max: number) => windowOf(row.length, (index) => row[index] ?? '', wanted, max)

t.test('the windows from the beginning are the whole row, in order', async () => {
  fc.assert(fc.property(rows, maxUnits, (row, max) => {
    let whole = ''
    for (let place: Place | null = { index: 0, offset: 0 }; place;) {
      const { texts, rest } = take(row, { kind: 'from', place }, max)
      const text = texts.join('')
      if (text.length > max || (rest && text === '')) return false
      whole += text
      place = rest
    }
    return whole === row.join('')
  }))
})

t.test('a window before a text ends where that text begins, unless it is cut', async () => {
  fc.assert(fc.property(rows, maxUnits, fc.nat(), (row, max, nat) => {
    const index = nat % row.length + 1
    const { texts, start, rest } = take(row, { kind: 'before', index }, max)
    const isCut = rest?.offset !== 0 && rest !== null
    const end = start.index + texts.length
    return texts.join('').length <= max && (isCut ? end === index : end === index && texts.join('') === row.slice(start.index, index).join(''))
  }))
})

t.test('a window around a text has it, and as much on both sides as fits', async () => {
  fc.assert(fc.property(rows, maxUnits, fc.nat(), (row, max, nat) => {
    const index = nat % row.length
    const { texts, start, rest } = take(row, { kind: 'around', index }, max)
    const end = start.index + texts.length
    const left = max - texts.join('').length
    if (left < 0 || start.index > index || end <= index) return false
    if (rest && rest.offset > 0) return texts.length === 1
    const isFull = (text: string | undefined) => text === undefined || text.length > left
    return isFull(row[end]) || isFull(row[start.index - 1])
  }))
})

t.test('before the first text there is nothing', async (t) => {
  t.strictSame(take(['a', 'b'], { kind: 'before', index: 0 }, 10), { texts: [], start: { index: 0, offset: 0 }, rest: { index: 0, offset: 0 } })
  t.strictSame(take([], { kind: 'from', place: { index: 0, offset: 0 } }, 10), { texts: [], start: { index: 0, offset: 0 }, rest: null })
})

t.test('a text is never cut inside a code point', async (t) => {
  t.strictSame(take(['a😀b'], { kind: 'from', place: { index: 0, offset: 0 } }, 2).texts, ['a'])
  t.strictSame(take(['a😀b'], { kind: 'from', place: { index: 0, offset: 1 } }, 2).texts, ['😀'])
})
