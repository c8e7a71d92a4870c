import { createWriteStream, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { fromBufferPromise, openPromise, type ZipFile } from 'yauzl'
import { zipOf } from '../../../src/exports/zip.js'
import type { ArchiveFile } from '../../../src/formats/kit/export-format.js'

/** The files of an archive, as a reader that others wrote finds them; it checks sizes and checksums. */
async function unzipped (archive: Buffer): Promise<Map<string, string>> {
  return filesIn(await fromBufferPromise(archive))
}

async function filesIn (zip: ZipFile): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for await (const entry of zip.eachEntry()) files.set(entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString())
  return files
}

function * pieces (count: number) {
  for (let index = 0; index < count; index++) yield `${index} größer ${'text '.repeat(2000)}`
}

t.test('files come back by their names, whether small, empty, or of many pieces', async (t) => {
  const contents = new Map<string, Iterable<string>>([['ä/日本.md', ['one ', 'two']], ['empty', []], ['large', pieces(200)], ['last', ['end']]])
  const archive = await buffer(zipOf([...contents].map(([path, content]): ArchiveFile => ({ path, content }))))
  const files = await unzipped(archive)
  t.strictSame([...files.keys()], [...contents.keys()])
  t.equal(files.get('ä/日本.md'), 'one two')
  t.equal(files.get('empty'), '')
  t.equal(files.get('large'), [...pieces(200)].join(''))
  t.ok(archive.length < 200_000, 'compressed')
})

t.test('files may be read once they are unpacked', async (t) => {
  const zip = await fromBufferPromise(await buffer(zipOf([{ path: 'small', content: ['one'] }, { path: 'large', content: pieces(100) }])))
  for await (const { fileName, externalFileAttributes } of zip.eachEntry()) t.equal(externalFileAttributes >>> 16, 0o100644, fileName)
})

t.test('equal files make equal archives', async (t) => {
  const make = () => buffer(zipOf([{ path: 'a', content: ['one'] }, { path: 'large', content: pieces(100) }]))
  t.ok((await make()).equals(await make()))
})

t.test('more files than a number of two bytes counts', async (t) => {
  const COUNT = 70_000
  function * files (): Generator<ArchiveFile> {
    for (let index = 0; index < COUNT; index++) yield { path: `${index}.txt`, content: [`${index}`] }
  }
  const zip = await fromBufferPromise(await buffer(zipOf(files())))
  t.equal(zip.entryCount, COUNT)
  let last = ''
  for await (const { fileName } of zip.eachEntry()) last = fileName
  t.equal(last, `${COUNT - 1}.txt`)
})

t.test('files that begin where 4 bytes no longer count come back', async (t) => {
  const path = join(t.testdir(), 'large.zip')
  const contents = new Map([['last below', 'one'], ['first above', 'two'], ['ä/far above', 'three']])
  for (const before of [2 ** 32 - 10, 2 ** 32 - 1, 2 ** 32, 2 ** 33]) {
    // A hole, which takes no room on the disk.
    writeFileSync(path, '')
    truncateSync(path, before)
    const files = [...contents].map(([path, text]): ArchiveFile => ({ path, content: [text] }))
    await pipeline(zipOf(files, before), createWriteStream(path, { flags: 'r+', start: before }))
    t.strictSame([...await filesIn(await openPromise(path))], [...contents], `behind ${before} bytes`)
  }
})

t.test('an archive without files is one', async (t) => {
  t.equal((await unzipped(await buffer(zipOf([])))).size, 0)
})

for (const [what, before] of [['at once', 0], ['far into a large file', 200]] as const) {
  t.test(`a content that fails ${what} fails the archive`, async (t) => {
    function * failing () {
      yield * pieces(before)
      throw new Error('The disk does not answer')
    }
    await t.rejects(buffer(zipOf([{ path: 'a', content: failing() }])), { message: 'The disk does not answer' })
  })
}
