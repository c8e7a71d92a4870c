import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { JsonValue } from '../../../../src/formats/kit/draft.js'
import { elementLimits, type JsonElement, openJson } from '../../../../src/imports/json/scanner.js'

const directory = t.testdir()
let written = 0

/** A new file with this content, open until the test ends. */
function fileOf (t: Test, content: string | Buffer) {
  const path = join(directory, `${written++}.json`)
  writeFileSync(path, content)
  const fd = openSync(path, 'r')
  t.teardown(() => closeSync(fd))
  return fd
}

/** Elements of an array file; a refused one stands as its reason. */
function elementsOf (fd: number, chunkSize?: number, limits = elementLimits): JsonValue[] {
  const file = openJson(fd, chunkSize)
  return [...file.elements(file.root, limits)].map(valueOf)
}

function valueOf (element: JsonElement): JsonValue {
  return 'value' in element ? element.value : `refused: ${element.refused}`
}

/** The code of the error the work ends in, or null. */
function codeOf (work: () => unknown): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

const sound: Record<string, string> = {
  'no elements': '[]',
  'no elements but space': ' [ \n\t\r ] ',
  scalars: '[1,-0.5e+10,true,false,null,"",  "x" ]',
  'numbers beyond 64 bits': '[1e400, 123456789012345678901234567890, 5e-324]',
  'empty containers': '[{},[],[[]],{"":{}}]',
  'escaped quotes': String.raw`["\"","\\","\\\"","\\\\","a\\\\\"b\\",{"\"k\\":"\\"}]`,
  'brackets in strings': '["[{","}]",{"]":"[","a,b":":"}]',
  'long strings with escapes': `["${'x'.repeat(40)}\\"${'y'.repeat(40)}\\\\","${'\\\\'.repeat(30)}"]`,
  'surrogate escapes, paired and lone': String.raw`["\ud83d\ude00","\ud83d","\ude00\ud83d"]`,
  'text beyond ASCII': '["é","日本語","😀","\u2028\u0080"]',
  'keys of Object.prototype': '[{"__proto__":{"a":1},"constructor":2,"prototype":3}]',
  'repeated keys': '[{"a":1,"a":2}]',
  'pretty printing': JSON.stringify([{ a: [1, { b: 'c' }], d: null }, [], 'e'], null, 4),
  'a byte order mark': '\ufeff[{"a":1}]'
}

t.test('elements are what JSON.parse finds, wherever chunks end', async (t) => {
  for (const [name, text] of Object.entries(sound)) {
    const fd = fileOf(t, text)
    const expected = JSON.parse(text.replace(/^\ufeff/, ''))
    for (const chunkSize of [...Array(17).keys()].map((n) => n + 1)) {
      t.strictSame(elementsOf(fd, chunkSize), expected, `${name}, in chunks of ${chunkSize}`)
    }
  }
})

t.test('any array in any spacing gives its elements', async (t) => {
  const space = fc.array(fc.constantFrom(' ', '\n', '\r', '\t'), { maxLength: 3 }).map((spaces) => spaces.join(''))
  fc.assert(fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), space, fc.nat(8), fc.integer({ min: 1, max: 40 }), (values, gap, indent, chunkSize) => {
    const text = `${gap}[${gap}${values.map((value) => JSON.stringify(value, null, indent)).join(`${gap},${gap}`)}${gap}]${gap}`
    const fd = fileOf(t, text)
    return JSON.stringify(elementsOf(fd, chunkSize)) === JSON.stringify(JSON.parse(text))
  }), { numRuns: 300 })
})

t.test('__proto__ is data', async (t) => {
  const [element] = elementsOf(fileOf(t, '[{"__proto__":{"polluted":true}}]'))
  t.ok(Object.hasOwn(Object(element), '__proto__'))
  t.equal(Reflect.get({}, 'polluted'), undefined)
})

t.test('places are byte ranges of the file', async (t) => {
  const text = '\ufeff [ "é" , {"a": "é"}, 12 ]'
  const file = openJson(fileOf(t, text), 4)
  const bytes = Buffer.from(text)
  t.strictSame([...file.elements(file.root)].map(({ start, end }) => bytes.subarray(start, end).toString()), ['"é"', '{"a": "é"}', '12'])
})

t.test('a file cut off anywhere is truncated', async (t) => {
  const text = '[{"a":[1,"\\"é\\\\"],"b":{}}, "x", -1.5, null ]'
  const bytes = Buffer.from(text)
  for (let length = 1; length < bytes.length; length++) {
    const fd = fileOf(t, bytes.subarray(0, length))
    t.equal(codeOf(() => elementsOf(fd, 7)), 'IMPORT_TRUNCATED', `after ${length} bytes`)
  }
})

t.test('an object cut off anywhere is truncated', async (t) => {
  const bytes = Buffer.from('{"a":[1,{"b":2}],"c":"d", "e":true}')
  for (let length = 1; length < bytes.length; length++) {
    const file = openJson(fileOf(t, bytes.subarray(0, length)), 5)
    t.equal(codeOf(() => [...file.members(file.root)]), 'IMPORT_TRUNCATED', `after ${length} bytes`)
  }
})

t.test('what is not JSON is refused', async (t) => {
  const oddities: Record<string, string | Buffer> = {
    'nothing at all': '',
    'only space': ' \n ',
    'only a byte order mark': '\ufeff',
    'two byte order marks': '\ufeff\ufeff[]',
    'more after the end': '[1] x',
    'NUL after the end': '[1]\0',
    'a trailing comma': '[1,]',
    'a leading comma': '[,1]',
    'two commas': '[1,,2]',
    'no comma': '[1 2]',
    'no comma after a string': '["a" "b"]',
    'no comma after an object': '[{} {}]',
    'a colon for a comma': '[1:2]',
    'the wrong bracket at the end': '[1}',
    'the wrong bracket inside': '[{"a":1],[2]]',
    'a missing value': '[{"a":}]',
    'a missing key': '[{:1}]',
    'a bare key': '[{a:1}]',
    'a trailing comma inside': '[{"a":1,}]',
    'single quotes': "['a']",
    'a comment': '[1/*one*/]',
    'a line comment': '[1//one\n]',
    NaN: '[NaN]',
    Infinity: '[-Infinity]',
    undefined: '[undefined]',
    True: '[True]',
    'a cut literal': '[nul]',
    'a plus sign': '[+1]',
    'a leading zero': '[012]',
    'a hexadecimal number': '[0x1f]',
    'a bare point': '[.5]',
    'a final point': '[5.]',
    'an empty exponent': '[1e]',
    'two minus signs': '[--1]',
    'a line feed in a string': '["a\nb"]',
    'a tab in a string': '["a\tb"]',
    'NUL in a string': '["a\0b"]',
    'an unknown escape': '["\\x41"]',
    'a short unicode escape': '["\\u12"]',
    'an escaped line end': '["a\\\nb"]',
    'a no-break space outside strings': '[1,\u00a02]',
    'a form feed outside strings': '[1,\f2]',
    'a byte order mark inside': '[\ufeff1]',
    'NUL between elements': '[1,\x002]',
    'a lone continuation byte': Buffer.from([0x5b, 0x22, 0x80, 0x22, 0x5d]),
    'an overlong slash': Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d]),
    'an encoded surrogate': Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]),
    'a cut character': Buffer.from([0x5b, 0x22, 0xe2, 0x82, 0x22, 0x5d]),
    'a character beyond Unicode': Buffer.from([0x5b, 0x22, 0xf4, 0x90, 0x80, 0x80, 0x22, 0x5d]),
    'Latin-1': Buffer.from('["é"]', 'latin1'),
    'UTF-16': Buffer.from('[1]', 'utf16le')
  }
  for (const [name, content] of Object.entries(oddities)) {
    const fd = fileOf(t, content)
    for (const chunkSize of [1, 3, 1024]) t.equal(codeOf(() => elementsOf(fd, chunkSize)), 'IMPORT_NOT_JSON', `${name}, in chunks of ${chunkSize}`)
  }
  for (const text of ['{"a" 1}', '{"a":1,}', '{,}', '{a:1}', '{"a":1}}', '{"a":,"b":1}', '{"a"}', '{"a":1;"b":2}', '{1:2}']) {
    const file = openJson(fileOf(t, text))
    t.equal(codeOf(() => [...file.members(file.root)]), 'IMPORT_NOT_JSON', text)
  }
})

t.test('the error names the entry and its place', async (t) => {
  const fd = fileOf(t, '[1, {"a":}]')
  t.throws(() => elementsOf(fd), { message: 'Entry 1 (at byte 4 of the file) is not valid JSON' })
})

t.test('elements beyond a limit are passed over, the others are not', async (t) => {
  const limits = { bytes: 20, depth: 3, values: 6, width: 4 }
  const cases: Array<[string, string]> = [
    [`"${'x'.repeat(18)}"`, 'x'.repeat(18)],
    [`"${'x'.repeat(19)}"`, 'refused: It is larger than 20 bytes'],
    [`{"a":"${'x'.repeat(30)}"}`, 'refused: It is larger than 20 bytes'],
    ['1'.repeat(21), 'refused: It is larger than 20 bytes'],
    ['[[[[]]]]', 'refused: It is nested more than 3 levels deep'],
    ['{"a":{"b":{"c":[]}}}', 'refused: It is nested more than 3 levels deep'],
    ['[1,2,3,4]', '[1,2,3,4]'],
    ['[1,2,3,4,5]', 'refused: It has a list or object of more than 4 entries'],
    ['[{"a":1,"b":2}]', '[{"a":1,"b":2}]'],
    ['[{},[],{},[1]]', 'refused: It holds more than 6 values']
  ]
  for (const [text, expected] of cases) {
    const fd = fileOf(t, `[0, ${text}, [[[1]]], ${text}]`)
    for (const chunkSize of [1, 2, 5, 16, 1024]) {
      const found = expected.startsWith('[') ? JSON.parse(expected) : expected
      t.strictSame(elementsOf(fd, chunkSize, limits), [0, found, [[[1]]], found], `${text}, in chunks of ${chunkSize}`)
    }
  }
})

t.test('depth is counted to the level', async (t) => {
  const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
  for (const depth of [1, 1_999, elementLimits.depth]) {
    t.type(elementsOf(fileOf(t, `[${nested('[', ']', depth)}]`))[0], Array, `${depth} levels`)
  }
  for (const depth of [elementLimits.depth + 1, 1_000_000]) {
    for (const text of [nested('[', ']', depth), '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)]) {
      t.strictSame(elementsOf(fileOf(t, `[1,${text},2]`)), [1, 'refused: It is nested more than 2000 levels deep', 2])
    }
  }
})

t.test('members are listed without being parsed', async (t) => {
  const text = '{ "a" : [1, 2], "b\\"é":{"c":"}"},"n":-1 , "a":"again", "":null}'
  const bytes = Buffer.from(text)
  for (const chunkSize of [1, 4, 1024]) {
    const file = openJson(fileOf(t, text), chunkSize)
    const members = [...file.members(file.root)].map(({ key, kind, start, end }) => [key, kind, bytes.subarray(start, end).toString()])
    t.strictSame(members, [
      ['a', 'array', '[1, 2]'],
      ['b"é', 'object', '{"c":"}"}'],
      ['n', 'scalar', '-1'],
      ['a', 'scalar', '"again"'],
      ['', 'scalar', 'null']
    ])
  }
})

t.test('arrays inside objects give their elements', async (t) => {
  const text = '{"data":{"chats":[{"id":1},{"id":2}],"folders":[]},"x":1}'
  for (const chunkSize of [1, 6, 1024]) {
    const file = openJson(fileOf(t, text), chunkSize)
    const [data] = file.members(file.root)
    const [chats] = file.members(data ?? file.root)
    t.strictSame([...file.elements(chats ?? file.root)].map(valueOf), [{ id: 1 }, { id: 2 }])
    t.strictSame(valueOf(file.value(file.root)), JSON.parse(text))
  }
})

t.test('a key without end is refused', async (t) => {
  const file = openJson(fileOf(t, `{"${'k'.repeat(70_000)}":1}`))
  t.equal(codeOf(() => [...file.members(file.root)]), 'IMPORT_TOO_COMPLEX')
})

t.test('a value behind the first one is found, wherever chunks end', async (t) => {
  for (const chunkSize of [1, 3, 1024]) {
    const fd = fileOf(t, ' [1, 2]\n\n{"a": [3]} ')
    const file = openJson(fd, chunkSize)
    t.equal(file.next, null, 'unknown before the first one was read')
    t.strictSame([...file.elements(file.root)].map(valueOf), [1, 2])
    const next = openJson(fd, chunkSize, file.next ?? 0)
    t.strictSame(valueOf(next.value(next.root)), { a: [3] })
    t.equal(next.next, null)
  }
})

t.test('long base64 is left out of what is parsed, and does not count as its size', async (t) => {
  const base64 = 'QUJD'.repeat(50_000)
  const url = `data:image/png;base64,${base64}`
  const cases: Array<[name: string, value: JsonValue, expected: JsonValue]> = [
    ['an address', { text: 'a', url, more: 'b' }, { text: 'a', url: 'data:image/png;base64,~200000', more: 'b' }],
    ['data of an API', { source: { data: base64 } }, { source: { data: '~200000' } }],
    ['an address followed by words', { url: `${url} and words` }, { url: 'data:image/png;base64,~200000 and words' }],
    ['text that only looks like it', { text: base64 }, { text: base64 }],
    ['data that is none', { data: `${base64} é` }, { data: '~200000 é' }],
    ['a short one', { url: url.slice(0, 60_000) }, { url: url.slice(0, 60_000) }],
    ['pictures in Markdown', { text: `a ![one](${url}) b ![two](${url}) c ;base64,d` }, { text: 'a ![one](data:image/png;base64,~200000) b ![two](data:image/png;base64,~200000) c ;base64,d' }],
    ['several', [url, 'x'.repeat(300), url], ['data:image/png;base64,~200000', 'x'.repeat(300), 'data:image/png;base64,~200000']]
  ]
  for (const chunkSize of [61, 2_000, 4_096, 30_011, 2 ** 20]) {
    for (const [name, value, expected] of cases) {
      t.strictSame(elementsOf(fileOf(t, JSON.stringify([value, value])), chunkSize), [expected, expected], `${name}, in chunks of ${chunkSize}`)
    }
    const limits = { ...elementLimits, bytes: 100_000 }
    t.strictSame(elementsOf(fileOf(t, JSON.stringify([{ url }, { text: base64 }])), chunkSize, limits),
      [{ url: 'data:image/png;base64,~200000' }, 'refused: It is larger than 100000 bytes'], `limits, in chunks of ${chunkSize}`)
  }
})

t.test('long base64 is left out however its characters are escaped', (t) => {
  const url = `data:image/svg+xml;base64,${'QU/DQ+JD'.repeat(25_000)}AA==`
  const json = JSON.stringify(url)
  const written = {
    PHP: json.replaceAll('/', '\\/'),
    'Java and .NET': json.replaceAll('+', '\\u002B').replaceAll('=', '\\u003d').replaceAll('/', '\\u002f'),
    'JSON in a string': JSON.stringify(json.replaceAll('/', '\\/')),
    'JSON in a string of PHP': JSON.stringify(json.replaceAll('/', '\\/')).replaceAll('/', '\\/')
  }
  const expected = /^{"url":"(?:\\")?data:image\\*\/svg(?:\+|\\+u002B)xml;base64,~200004(?:\\")?"}$/
  for (const [name, text] of Object.entries(written)) {
    for (const chunkSize of [4_096, 30_011, 2 ** 20]) {
      const [found] = elementsOf(fileOf(t, `[{"url":${text}}]`), chunkSize)
      // Cut, because a difference of long texts takes minutes to print.
      t.match(JSON.stringify(found).slice(0, 100), expected, `${name}, in chunks of ${chunkSize}`)
    }
  }
  const ends = `data:image/png;base64,${'QUJD'.repeat(50_000)}`
  for (const behind of ['\\n', '\\"', '\\\\', '\\u0041', '\\', '\\u002']) {
    t.strictSame(elementsOf(fileOf(t, JSON.stringify([{ url: ends + behind }])), 1_999), [{ url: `data:image/png;base64,~200000${behind}` }], `text behind it stays: ${behind}`)
  }
  t.end()
})
