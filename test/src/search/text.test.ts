import t from 'tap'
import { messageFacets } from '../../../src/search/index/facets.js'
import { indexWords, termPrefix, tokenize } from '../../../src/search/index/tokenizer.js'
import { messageTexts, type SearchableBody } from '../../../src/search/index/texts.js'
import { runSteps } from '../../../src/writer/steps.js'
import { processorMs } from '../../processor-time.js'

const words = (userNo: number, texts: string[]) => runSteps(indexWords(userNo, texts))

const call = (args: unknown, output?: unknown) => ({ type: 'tool_call', tool_call: { id: 'call_1', args, output, progress: 1, type: 'tool_call' } })

/** What of a body is searched, by what it is about. */
const bodies: Record<string, [body: SearchableBody, texts: string[]]> = {
  'its text': [{ text: 'Hello' }, ['Hello']],
  'nothing of an empty one': [{ text: '' }, []],
  'text and thoughts of its content': [{ text: '', content: [{ type: 'think', think: 'Hm' }, { type: 'text', text: 'Hello' }] }, ['Hm', 'Hello']],
  'the text of assistants\' parts': [{ text: '', content: [{ type: 'text', text: { value: 'Hello', annotations: [] } }] }, ['Hello']],
  'its text once, where the content repeats it': [{ text: 'Hello\nworld', content: [{ type: 'text', text: 'Hello' }, { type: 'text', text: 'world' }] }, ['Hello', 'world']],
  'the name of a tool': [{ text: 'x', content: [{ type: 'tool_call', tool_call: { name: 'web_lookup', args: { name: 'Ada' } } }, { type: 'tool_call', tool_call: { function: { name: '{"a":"b"}' } } }] }, ['x', 'web_lookup', 'Ada', '{"a":"b"}']],
  'the values of a call, not its names': [{ text: 'x', content: [call('{"query":"tram 28","days":[3,true,null],"in":{"city":"Lisbon"}}', '{"results":["castle"]}')] }, ['x', 'tram 28', '3', 'Lisbon', 'castle']],
  'a call whose JSON is none': [{ text: 'x', content: [call('{"query": tram', '[1, 2')] }, ['x', '{"query": tram', '[1, 2']],
  'a call that is not text': [{ text: 'x', content: [call({ query: 'tram' })] }, ['x', 'tram']],
  'what functions and interpreters say': [{ text: 'x', content: [{ type: 'tool_call', tool_call: { function: { name: 'run', arguments: '{"a":"b"}', output: 'c' }, code_interpreter: { input: 'print(1)', outputs: [{ logs: '1' }] } } }] }, ['x', 'run', 'b', 'c', 'print(1)', '1']],
  'the first 16 KiB of an output': [{ text: 'x', content: [call('in', `${'é'.repeat(8191)}ab and more`), call({ a: 1 }, ['first', 'y'.repeat(16_384), 'never'])] }, ['x', 'in', `${'é'.repeat(8191)}ab`, '1', 'first', 'y'.repeat(16_379)]],
  'no ids in a call': [{ text: 'x', content: [call({ id: 'a', file_id: 'b', fileId: 'c', uuid: 'd', file_ids: ['e'], idea: 'kept', void: 'kept too' })] }, ['x', 'kept', 'kept too']],
  'the names of files': [{ text: 'x', files: [{ file_id: 'f', filename: 'report.pdf', filepath: '/files/f', type: 'image/png' }], attachments: [{ name: 'holiday.jpg' }] }, ['x', 'report.pdf', 'holiday.jpg']],
  'the text of attachments': [{ text: 'x', attachments: [{ file_id: 'f', filename: 'a.txt', text: 'in the file' }], files: [{ extracted_content: 'in another' }] }, ['x', 'in another', 'a.txt', 'in the file']],
  'nothing of other parts': [{ text: 'x', content: [{ type: 'image_url', image_url: { url: 'data:,' } }, { type: 'text', text: 5 }, {}] }, ['x']]
}

for (const [what, [body, texts]] of Object.entries(bodies)) {
  t.test(`a message is searched for ${what}`, async (t) => { t.strictSame(messageTexts(body), texts) })
}

t.test('a deep tool call is searched without recursion', async (t) => {
  const depth = 5000
  const args = '{"a":'.repeat(depth) + '"deep"' + '}'.repeat(depth)
  t.strictSame(messageTexts({ text: '', content: [call(args)] }), ['deep'])
})

t.test('base64 is not tokenized, whatever surrounds it', async (t) => {
  const image = Buffer.from(Array.from({ length: 60_000 }, (_, n) => (n * 7919) % 251)).toString('base64')
  t.equal(words(1, [`before data:image/png;base64,${image} after`]), ' before data image png base64 after'.replaceAll(' ', ' 11').trim())
  t.equal(words(1, [`before ${image.replaceAll('+', '-').replaceAll('/', '_')} after`]), '11before 11after')
})

t.test('a long run of letters is data without separators, and words with them', async (t) => {
  const random = (length: number) => Array.from({ length }, (_, n) => 'aZ3kQ9xW'.charAt((n * n + 3 * n) % 8)).join('')
  const base64 = (length: number) => Buffer.from(Array.from({ length }, (_, n) => (n * 7919 + n * n) % 251)).toString('base64')
  for (const [text, tokens] of [
    [random(199), [random(199)]],
    [random(200), []],
    [`${random(200)}==`, []],
    [`.${random(200)}.`, []],
    [base64(3000), []],
    [base64(3000).replaceAll('+', '-').replaceAll('/', '_'), []],
    ['ab/'.repeat(100), Array(100).fill('ab')],
    [`a-${random(300)}${'-b'.repeat(30)}`, ['a', ...Array(30).fill('b')]]
  ] as const) t.same(words(1, [text].flat()), tokens.map((token) => `11${token.toLowerCase()}`).join(' '), text.slice(0, 40))
})

t.test('the further forms of words come once each after the texts, apart from each other', async (t) => {
  t.equal(words(1, ['e-mail, E-mail e-mail', 'getName e-mail']), '11e 11mail 11e 11mail 11e 11mail 11 11getname 11e 11mail 11 11email 11 11get 11name')
})

t.test('a bare prefix stands between the texts of a message, so no phrase spans two', async (t) => {
  t.equal(words(36, ['a b', '', '...', 'c']), '210a 210b 210 210c')
})

t.test('no term prefix begins with another user\'s', async (t) => {
  const prefixes = Array.from({ length: 2000 }, (_, n) => termPrefix(n + 1)).concat(termPrefix(2 ** 20 - 1))
  t.equal(new Set(prefixes).size, prefixes.length)
  const lengths = new Map(prefixes.map((prefix) => [prefix.charAt(0), prefix.length]))
  t.ok(prefixes.every((prefix) => prefix.length === lengths.get(prefix.charAt(0))))
})

t.test('a long text is tokenized in slices without losing or splitting a word', async (t) => {
  const text = Array.from({ length: 30_000 }, (_, n) => `wörd${n}`).join(' ')
  t.equal(words(1, [text]), `11${tokenize(text).join(' 11')}`)
  const unbroken = '漢'.repeat(100_000)
  t.equal(words(1, [unbroken]), Array(100_000).fill('11漢').join(' '))
})

t.test('a megabyte of worst-case characters is tokenized within five seconds', async (t) => {
  const mebibyte = 2 ** 20
  for (const piece of ['a', 'A+', 'ﷺ', '\u0301', 'é', '漢', '+', ' ', `${'x'.repeat(199)} `]) {
    const text = piece.repeat(Math.ceil(mebibyte / piece.length)).slice(0, mebibyte)
    t.ok(processorMs(() => { words(1, [text]) }) < 5000, JSON.stringify(piece.slice(0, 2)))
  }
})

t.test('a block of code is found in a text of either shape', async (t) => {
  const code = '```js\nlet a\n```'
  t.strictSame(messageFacets({ text: '', content: [{ type: 'text', text: code }] }), ['assistant', 'code'])
  t.strictSame(messageFacets({ text: '', content: [{ type: 'text', text: { value: code } }], isCreatedByUser: true }), ['user', 'code'])
  t.strictSame(messageFacets({ text: '', content: [{ type: 'text', text: { value: 3 } }, { type: 'text' }] }), ['assistant'])
})
