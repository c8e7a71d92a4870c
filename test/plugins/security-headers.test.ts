import t from 'tap'
import { build } from '../helper.js'

t.test('every answer keeps browsers from guessing, framing and storing', async (t) => {
  const { server } = await build(t)
  for (const url of ['/api/user', '/api/nowhere', '/docs/json']) {
    const { headers } = await server.inject(url)
    t.match(headers, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }, url)
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, url)
    t.notOk('x-powered-by' in headers, url)
  }
})

t.test('data has no more headers than mean something for it, and pages have theirs', async (t) => {
  const { server } = await build(t)
  const data = (await server.inject('/api/user')).headers
  t.match(data, { 'cross-origin-resource-policy': 'same-origin' })
  for (const name of ['cross-origin-opener-policy', 'referrer-policy']) t.notOk(name in data, name)
  const page = (await server.inject('/docs/')).headers
  t.match(page, { 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' })
  t.match(page['content-security-policy'], /script-src 'self'/)
})

t.test('browsers are told to stay with https where they came by it', async (t) => {
  const { server } = await build(t, { TRUST_PROXY: '127.0.0.1' })
  const ask = async (protocol: string) => (await server.inject({ url: '/health', headers: { 'x-forwarded-proto': protocol } })).headers
  t.equal((await ask('https'))['strict-transport-security'], 'max-age=31536000', 'this host only, not its subdomains')
  t.notOk('strict-transport-security' in await ask('http'))
})

t.test('the API description is open to everybody, and limited like all else', async (t) => {
  const { server } = await build(t, { RATE_LIMIT_MAX: 3 })
  t.equal((await server.inject('/docs/json')).statusCode, 200)
  const page = await server.inject('/docs/')
  t.equal(page.statusCode, 200)
  t.notMatch(page.body, /<script[^>]*>\s*[^\s<]/, 'has no script inside, which the content security policy would stop')
  t.equal((await server.inject('/docs/static/swagger-ui.css')).statusCode, 200)
  t.equal((await server.inject('/docs/json')).statusCode, 429)
})

t.test('CORS_ORIGIN', async (t) => {
  const preflight = { method: 'OPTIONS', url: '/api/convos/update', headers: { origin: 'https://chat.example', 'access-control-request-method': 'POST' } } as const
  const ask = (origin: string) => ({ url: '/api/user', headers: { origin } })

  t.test('lets pages of its origins call, failures included', async (t) => {
    const { server } = await build(t, { CORS_ORIGIN: 'https://chat.example, https://other.example' })
    const res = await server.inject(preflight)
    t.equal(res.statusCode, 204)
    t.match(res.headers, { 'access-control-allow-origin': 'https://chat.example', 'access-control-allow-credentials': 'true' })
    t.match(res.headers['access-control-allow-methods'], 'DELETE')
    const refused = await server.inject(ask('https://other.example'))
    t.equal(refused.statusCode, 401)
    t.match(refused.headers, { 'access-control-allow-origin': 'https://other.example', 'access-control-expose-headers': /retry-after/ })
  })

  t.test('lets no other origin', async (t) => {
    const { server } = await build(t, { CORS_ORIGIN: 'https://chat.example' })
    for (const origin of ['https://evil.example', 'https://chat.example.evil', 'null']) {
      t.notOk('access-control-allow-origin' in (await server.inject(ask(origin))).headers, origin)
    }
  })

  t.test('unset, no origin', async (t) => {
    const { server } = await build(t)
    t.equal((await server.inject(preflight)).statusCode, 405)
    t.notOk('access-control-allow-origin' in (await server.inject(ask('https://chat.example'))).headers)
  })
})
