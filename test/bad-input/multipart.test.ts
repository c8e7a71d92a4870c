import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { multipart, type Part } from '../multipart.js'
import { build } from '../helper.js'

/*
 * Uploads that are not what they should be, byte for byte as they are sent. Each is refused with a status that says
 * why, and none leaves a file.
 */

const LIMIT = 100_000
const history = JSON.stringify([{
  conversationId: 'exported', endpoint: 'openAI', title: 'T', messages: [{ messageId: 'm', parentMessageId: null, text: 'Hi', isCreatedByUser: true }]
}])

const good = multipart([{ content: history }])
const boundary = 'tests-use-this-boundary'
const type = `multipart/form-data; boundary=${boundary}`
const ofParts = (parts: Part[]): Upload => ({ type, body: multipart(parts).body })
const withDisposition = (disposition: string): Upload =>
  ({ type, body: `--${boundary}\r\n${disposition}\r\n\r\n${history}\r\n--${boundary}--\r\n` })

interface Upload {
  /** The Content-Type; null sends none. */
  type: string | null
  body: string
  headers?: string[]
  /** What Content-Length claims beyond the bytes that are sent; the connection ends after those. */
  missing?: number
}

const refused: Record<string, [status: number, upload: Upload]> = {
  'no boundary': [400, { type: 'multipart/form-data', body: good.body }],
  'an empty boundary': [400, { type: 'multipart/form-data; boundary=', body: good.body }],
  'a quoted empty boundary': [400, { type: 'multipart/form-data; boundary=""', body: good.body }],
  'a boundary of 257 characters': [400, { type: `multipart/form-data; boundary=${'b'.repeat(257)}`, body: multipart([{ content: history }], 'b'.repeat(257)).body }],
  'a boundary of 4000 characters': [400, { type: `multipart/form-data; boundary=${'b'.repeat(4000)}`, body: good.body }],
  'another boundary than the body\'s': [400, { type: 'multipart/form-data; boundary=other', body: good.body }],
  'a preamble and nothing else': [400, { type, body: 'This is a preamble.\r\n' }],
  'an end and nothing else': [400, { type, body: `--${boundary}--\r\n` }],
  'an empty body': [400, { type, body: '' }],
  'no end': [400, { type, body: good.body.slice(0, -boundary.length - 8) }],
  'an end in the middle of the file': [400, { type, body: good.body.slice(0, 200) }],
  'an end in the middle of a header': [400, { type, body: good.body.slice(0, boundary.length + 20) }],
  'a second file': [400, ofParts([{ content: history }, { content: history }])],
  'a second file in another field': [400, ofParts([{ content: history }, { name: 'other', content: history }])],
  'a field after the file': [400, ofParts([{ content: history }, { name: 'user', filename: null, content: 'eve' }])],
  'a field before the file': [400, ofParts([{ name: 'user', filename: null, content: 'eve' }, { content: history }])],
  'a field and no file': [400, ofParts([{ name: 'user', filename: null, content: 'eve' }])],
  'the file as a plain field': [400, ofParts([{ filename: null, content: history }])],
  'the file in another field': [400, ofParts([{ name: 'files', content: history }])],
  'the file in a field called __proto__': [400, ofParts([{ name: '__proto__', content: history }])],
  'a field name of 1000 characters': [400, ofParts([{ name: 'f'.repeat(1000), content: history }])],
  'a part without a name': [400, withDisposition('Content-Disposition: form-data; filename="history.json"')],
  'a part without a disposition': [400, withDisposition('Content-Type: application/json')],
  'a part without headers': [400, { type, body: `--${boundary}\r\n\r\n${history}\r\n--${boundary}--\r\n` }],
  'an empty file': [400, ofParts([{ content: '' }])],
  'a file larger than allowed': [413, ofParts([{ content: 'x'.repeat(LIMIT + 1) }])],
  'a file larger than allowed and a second one': [413, ofParts([{ content: 'x'.repeat(LIMIT + 1) }, { content: history }])],
  gzip: [415, { ...ofParts([{ content: history }]), headers: ['Content-Encoding: gzip'] }],
  'identity as an encoding': [415, { ...ofParts([{ content: history }]), headers: ['Content-Encoding: identity'] }],
  'JSON instead of a form': [415, { type: 'application/json', body: history }],
  'another kind of form': [415, { type: 'application/x-www-form-urlencoded', body: 'file=x' }],
  'another multipart type': [415, { type: `multipart/mixed; boundary=${boundary}`, body: good.body }],
  'bytes without a type': [415, { type: null, body: good.body }]
}

const accepted: Record<string, Upload> = {
  'as it should be': { type, body: good.body },
  'with a quoted boundary and its type in capitals': { type: `Multipart/Form-Data; Boundary="${boundary}"`, body: good.body },
  'with a preamble and an epilogue': { type, body: `preamble\r\n${good.body}epilogue` },
  'with a hostile name and type': ofParts([{ filename: `../../${'n'.repeat(10_000)}/etc/passwd`, type: 'image/png', content: history }])
}

t.test('an upload', async (t) => {
  const folder = t.testdir()
  const { server, as } = await build(t, { DATABASE_PATH: join(folder, 'parley.db'), CONVERSATION_IMPORT_MAX_FILE_SIZE_BYTES: LIMIT })
  const { authorization } = await as('ada')
  const { hostname, port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))

  async function post ({ type, body, headers = [], missing = 0 }: Upload) {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => { /* The server may hang up before it has read everything. */ })
    const lines = [
      'POST /api/convos/import HTTP/1.1', 'Host: x', 'Connection: close', `Authorization: ${authorization}`,
      `Content-Length: ${Buffer.byteLength(body) + missing}`, ...type === null ? [] : [`Content-Type: ${type}`], ...headers
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
    if (missing > 0) socket.end()
    return await text(socket)
  }

  async function leftovers () {
    const files = await readdir(folder, { recursive: true })
    return files.filter((name) => !/^(parley\.db(-wal|-shm|-uploads|-exports)?|jwt-secret)$/.test(name))
  }

  for (const [name, [status, upload]] of Object.entries(refused)) {
    t.test(`is a ${status} with ${name}`, async (t) => {
      const answer = await post(upload)
      t.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
      t.match(answer, 'application/problem+json')
      t.strictSame(await leftovers(), [])
    })
  }

  t.test('that ends before all of it came leaves nothing', async (t) => {
    for (const sent of [0, 10, 100, 200, good.body.length - 1]) {
      const answer = await post({ type, body: good.body.slice(0, sent), missing: good.body.length - sent })
      t.notMatch(answer, /^HTTP\/1.1 (2|5)/)
    }
    t.equal((await post({ type, body: good.body })).slice(9, 12), '201', 'and the next one is fine')
    t.strictSame(await leftovers(), [])
  })

  for (const [name, upload] of Object.entries(accepted)) {
    t.test(`is accepted ${name}`, async (t) => {
      t.match(await post(upload), /^HTTP\/1.1 201 /)
      t.strictSame(await leftovers(), [])
    })
  }
})
