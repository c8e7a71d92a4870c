import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { packageRoot } from '../../src/paths.js'
import { signUp, startPage } from './browser.js'

const KIB = 1024
const assets = join(packageRoot, 'dist/web/assets')

/** Compressed bytes of the files that the name fits, as a browser gets them that knows no better than gzip. */
function weight (names: string[]): number {
  return names.map((name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).byteLength).reduce((sum, size) => sum + size, 0)
}

/** Files of code and style, as they are named in the addresses of a page. */
const isCounted = (path: string) => /^\/assets\/.*\.(?:js|css)$/.test(path)

t.test('the page keeps its budget', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const loaded = new Set<string>()
  page.on('response', (response) => { loaded.add(new URL(response.url()).pathname) })
  await page.reload()
  await page.getByText('No conversations yet').waitFor()
  const first = [...loaded].filter(isCounted).map((path) => basename(path))
  const script = weight(first.filter((name) => name.endsWith('.js')))
  const style = weight(first.filter((name) => name.endsWith('.css')))
  const all = weight(readdirSync(assets).filter((name) => /\.(?:js|css)$/.test(name)))
  t.comment(`script ${script}, style ${style}, all ${all} bytes`)
  t.ok(script > 10 * KIB && script <= 90 * KIB, 'first load: at most 90 KiB of script')
  t.ok(style > KIB && style <= 14 * KIB, 'first load: at most 14 KiB of style')
  t.ok(all <= 260 * KIB, 'all of it: at most 260 KiB')
  t.notOk(first.some((name) => /^(?:highlight|formula|settings|import|de)-/.test(name)), 'what the list does not need is left for later')
})

t.test('files are compressed and kept, the document is neither kept nor framed', async (t) => {
  const { url } = await startPage(t)
  const document = await fetch(`${url}/c/any?leaf=x`)
  t.match(document.headers.get('content-type'), 'text/html')
  t.equal(document.headers.get('cache-control'), 'no-store')
  t.match(document.headers.get('content-security-policy'), /default-src 'none'; script-src 'self';.*frame-ancestors 'none'; require-trusted-types-for 'script'/)
  const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await document.text()) ?? []
  const file = await fetch(url + script, { headers: { 'accept-encoding': 'br' } })
  t.equal(file.headers.get('content-encoding'), 'br')
  t.match(file.headers.get('cache-control'), 'immutable')
  for (const path of ['/manifest.webmanifest', '/icon.svg', '/icon-192.png']) t.equal((await fetch(url + path)).status, 200, path)
})

t.test('the API keeps its addresses, and unknown ones stay unknown', async (t) => {
  const { url } = await startPage(t)
  t.equal((await fetch(`${url}/health`)).status, 200)
  t.match((await fetch(`${url}/docs/json`)).headers.get('content-type'), 'application/json')
  t.equal((await fetch(`${url}/api/convos`)).status, 401)
  for (const path of ['/unknown', '/api/unknown', '/assets/unknown.js', '/assets/..%2findex.html', '/assets/%2e%2e/%2e%2e/package.json']) {
    const response = await fetch(url + path)
    t.ok([400, 403, 404].includes(response.status), `${path}: ${response.status}`)
    t.notMatch(response.headers.get('content-type'), 'text/html', path)
  }
})

t.test('a browser at an address that there is not gets a page that leads back', async (t) => {
  const { open, url } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  const response = await page.goto('/no/such/page?x=1')
  t.equal(response?.status(), 404)
  t.match(response?.headers(), { 'cache-control': 'no-store', 'content-security-policy': /default-src 'none'/ })
  await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'All conversations' }).click()
  await page.getByText('No conversations yet').waitFor()
  const headers = { accept: 'text/html' }
  for (const path of ['/api/unknown', '/docs/unknown', '/assets/unknown.js']) {
    const { status, headers: answered } = await fetch(url + path, { headers })
    t.match([status, answered.get('content-type')], [404, 'application/problem+json'], path)
  }
  t.equal((await fetch(`${url}/unknown`, { method: 'POST', headers })).headers.get('content-type'), 'application/problem+json; charset=utf-8')
  t.strictSame(faults, [])
})

t.test('WEB=false serves no page', async (t) => {
  const { url } = await startPage(t, { WEB: 'false' })
  t.equal((await fetch(`${url}/`)).status, 404)
  t.equal((await fetch(`${url}/health`)).status, 200)
})
