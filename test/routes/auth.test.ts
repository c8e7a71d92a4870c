import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { changeAccess } from '../../src/accounts/user-commands.js'
import type { Config } from '../../src/config.js'
import { build } from '../helper.js'

const YEAR_MS = 365 * 24 * 3_600_000

const ada = { email: 'ada@example.com', password: 'correct horse' }

async function open (t: Test, overrides: Partial<Config> = {}) {
  const { server, as } = await build(t, overrides)
  const post = (path: string, payload?: object, refreshToken?: string) => server.inject({
    method: 'POST',
    url: `/api/auth/${path}`,
    ...(payload && { payload }),
    ...(refreshToken !== undefined && { cookies: { refreshToken } })
  })
  return { server, as, post }
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof open>>['post']>>
const cookieOf = (res: Answer) => res.cookies.find(({ name }) => name === 'refreshToken')
const tokenOf = (res: Answer) => cookieOf(res)?.value ?? ''

t.test('POST /api/auth/register', async (t) => {
  t.test('makes the first account the administrator and then closes', async (t) => {
    const { server, post } = await open(t)
    const first = await post('register', { ...ada, confirm_password: ada.password, name: 'Ada Lovelace', username: 'ada' })
    t.equal(first.statusCode, 200)
    t.match(first.json(), { message: /./ })
    t.match((await post('register', { email: 'eve@example.com', password: 'battery staple' })).json(), { status: 403, code: 'FORBIDDEN' })
    t.match((await post('login', ada)).json().user, { name: 'Ada Lovelace', username: 'ada', email: ada.email, role: 'ADMIN' })
    const hash = server.database.reader.$client.prepare('SELECT password_hash FROM users').pluck().get()
    t.match(hash, /^\$argon2id\$/)
  })

  t.test('lets one of two racing first registrations through', async (t) => {
    const { post } = await open(t)
    const answers = await Promise.all(['ada', 'eve'].map((name) =>
      post('register', { email: `${name}@example.com`, password: 'correct horse' })))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 403])
  })

  t.test('takes as little as an address and a password', async (t) => {
    const { post } = await open(t)
    await post('register', ada)
    t.match((await post('login', ada)).json().user, { name: 'ada', username: '' })
  })

  t.test('takes a name of one character', async (t) => {
    const { post } = await open(t)
    await post('register', { ...ada, name: '李' })
    t.match((await post('login', ada)).json().user, { name: '李' })
  })

  t.test('with ALLOW_REGISTRATION does not tell which addresses have accounts', async (t) => {
    const { post } = await open(t, { ALLOW_REGISTRATION: true })
    const [first, again] = [await post('register', ada), await post('register', { ...ada, email: 'ADA@example.com', password: 'stolen horse' })]
    t.strictSame([again.statusCode, again.body], [first.statusCode, first.body])
    t.equal((await post('login', ada)).statusCode, 200)
    t.equal((await post('login', { ...ada, password: 'stolen horse' })).statusCode, 401)
    t.equal((await post('register', { ...ada, email: 'eve@example.com' })).statusCode, 200)
    t.match((await post('login', { ...ada, email: 'eve@example.com' })).json().user, { role: 'USER' })
  })

  t.test('takes no role and no id, and an empty name as none', async (t) => {
    const { post } = await open(t, { ALLOW_REGISTRATION: true })
    await post('register', { email: 'root@example.com', password: ada.password })
    t.equal((await post('register', { ...ada, name: '', role: 'ADMIN', id: 'me' })).statusCode, 200)
    const { user } = (await post('login', ada)).json()
    t.match(user, { role: 'USER', name: 'ada' })
    t.not(user.id, 'me')
  })

  const refused: Array<[object, string]> = [
    [{}, 'email'],
    [{ email: ada.email }, 'password'],
    [{ password: ada.password }, 'email'],
    [{ ...ada, email: 'ada' }, 'email'],
    [{ ...ada, email: ['ada@example.com'] }, 'email'],
    [{ ...ada, email: `${'a'.repeat(250)}@example.com` }, 'email'],
    [{ ...ada, password: 'short' }, 'password'],
    [{ ...ada, password: 'x'.repeat(129) }, 'password'],
    [{ ...ada, password: null }, 'password'],
    [{ ...ada, confirm_password: 'other horse' }, 'confirm_password'],
    [{ ...ada, password: 'ADA@example.com' }, 'password'],
    [{ ...ada, email: 'adalovelace@example.com', password: 'AdaLovelace' }, 'password'],
    [{ ...ada, password: 'aaaaaaaaaaaa' }, 'password'],
    [{ ...ada, password: '        ' }, 'password'],
    [{ ...ada, password: 'Password' }, 'password'],
    [{ ...ada, password: '12345678' }, 'password'],
    [{ ...ada, password: 'iloveyou1' }, 'password'],
    [{ ...ada, name: 'x'.repeat(81) }, 'name'],
    [{ ...ada, name: 'Ada\nLovelace' }, 'name'],
    [{ ...ada, name: 'Ada\ud800' }, 'name'],
    [{ ...ada, username: 5 }, 'username']
  ]
  for (const [payload, field] of refused) {
    t.test(`refuses ${JSON.stringify(payload).slice(0, 80)} because of ${field}`, async (t) => {
      const { server, post } = await open(t)
      const res = await post('register', payload)
      t.match(res.json(), { status: 400, errors: [{ field }] })
      t.equal(server.database.reader.$client.prepare('SELECT count(*) FROM users').pluck().get(), 0)
    })
  }
})

t.test('POST /api/auth/login', async (t) => {
  const { server, post } = await open(t)
  await post('register', ada)

  t.test('gives an access token, the user, and a refresh token out of reach of scripts', async (t) => {
    const res = await post('login', { ...ada, email: ' Ada@Example.com ' })
    t.equal(res.statusCode, 200)
    const { token, user } = res.json()
    t.strictSame(Object.keys(user).sort(),
      ['_id', 'avatar', 'createdAt', 'email', 'id', 'name', 'provider', 'role', 'updatedAt', 'username'])
    t.equal((await server.inject({ url: '/api/user', headers: { authorization: `Bearer ${token}` } })).statusCode, 200)
    const cookie = cookieOf(res)
    t.match(cookie, { path: '/', httpOnly: true, sameSite: 'Strict' })
    t.match(cookie?.value, /^[\w-]{43}$/)
    t.notOk(cookie?.secure)
    const days = (Number(cookie?.expires) - Date.now()) / 86_400_000
    t.ok(days > 6.9 && days <= 7)
  })

  t.test('behind a proxy that speaks https the cookie travels over https only', async (t) => {
    const { server, post } = await open(t, { TRUST_PROXY: '127.0.0.1' })
    await post('register', ada)
    const res = await server.inject({
      method: 'POST', url: '/api/auth/login', payload: ada, headers: { 'x-forwarded-proto': 'https' }
    })
    t.match(cookieOf(res), { secure: true })
  })

  t.test('says the same of a wrong password and of an unknown address', async (t) => {
    const answers = [await post('login', { ...ada, password: 'wrong horse' }), await post('login', { ...ada, email: 'eve@example.com' })]
    const [wrong, unknown] = answers.map((res) => ({ ...res.json(), requestId: '' }))
    t.match(wrong, { status: 401, code: 'UNAUTHENTICATED' })
    t.strictSame(wrong, unknown)
    for (const res of answers) t.match([res.headers['www-authenticate'], tokenOf(res)], ['Bearer', ''])
  })

  t.test('refuses an account that is disabled or has no password', async (t) => {
    const { server, as, post } = await open(t)
    await post('register', ada)
    await as('bob')
    server.database.reader.$client.exec('UPDATE users SET role = \'ADMIN\'')
    await changeAccess(server.database.writer, { userNo: 1, isDisabled: true, now: Date.now() })
    t.equal((await post('login', ada)).statusCode, 401)
    t.equal((await post('login', { email: 'bob@example.test', password: 'anything' })).statusCode, 401)
  })

  for (const payload of [undefined, {}, { email: ada.email }, { ...ada, password: '' }, { ...ada, password: 5 }]) {
    t.test(`refuses ${JSON.stringify(payload)}`, async (t) => {
      t.match((await post('login', payload)).json(), { status: 400, code: 'VALIDATION_FAILED' })
    })
  }

  t.test('LOGIN_MAX ends guessing', async (t) => {
    const { post } = await open(t, { LOGIN_MAX: 2 })
    const guess = async () => (await post('login', { ...ada, password: 'wrong horse' })).statusCode
    t.strictSame([await guess(), await guess(), await guess()], [401, 401, 429])
  })
})

t.test('POST /api/auth/refresh', async (t) => {
  const { server, post } = await open(t)
  await post('register', ada)

  t.test('gives a new access token and the next refresh token, and the cookie lasts as long again', async (t) => {
    const first = await post('login', ada)
    server.database.reader.$client.exec('UPDATE sessions SET expires_at = expires_at - 86400000')
    const second = await post('refresh', undefined, tokenOf(first))
    t.match(second.json(), { token: /^[\w-]+\.[\w-]+\.[\w-]+$/, user: { email: ada.email } })
    t.not(tokenOf(second), tokenOf(first))
    t.ok(Number(cookieOf(second)?.expires) >= Number(cookieOf(first)?.expires))
    t.equal((await post('refresh?retry=true', undefined, tokenOf(second))).statusCode, 200)
  })

  t.test('takes an empty body under a JSON content type, as LibreChat\'s client sends', async (t) => {
    const cookies = { refreshToken: tokenOf(await post('login', ada)) }
    const res = await server.inject({ method: 'POST', url: '/api/auth/refresh', cookies, headers: { 'content-type': 'application/json' } })
    t.equal(res.statusCode, 200)
  })

  t.test('a spent token gives the same successor for a minute; later it ends the session and its access tokens', async (t) => {
    const login = await post('login', ada)
    const first = tokenOf(login)
    const second = tokenOf(await post('refresh', undefined, first))
    t.equal(tokenOf(await post('refresh', undefined, first)), second)
    const whoAmI = async () => (await server.inject({ url: '/api/user', headers: { authorization: `Bearer ${login.json().token}` } })).statusCode
    t.equal(await whoAmI(), 200)
    server.database.reader.$client.exec('UPDATE refresh_tokens SET spent_at = spent_at - 61000')
    t.match((await post('refresh', undefined, first)).json(), { status: 401, code: 'UNAUTHENTICATED' })
    t.equal((await post('refresh', undefined, second)).statusCode, 401)
    t.equal(await whoAmI(), 401)
  })

  t.test('1,000 times two tabs refresh at once, 100 times an answer is lost, and nobody is signed out', async (t) => {
    let token = tokenOf(await post('login', ada))
    for (let n = 0; n < 1000; n++) {
      const tabs = await Promise.all([post('refresh', undefined, token), post('refresh', undefined, token)])
      if (tabs.some(({ statusCode }) => statusCode !== 200)) t.fail(`pair ${n}: ${tabs.map(({ statusCode }) => statusCode)}`)
      // The browser keeps the cookie that came last; either may.
      token = tokenOf(tabs[n % 2] ?? tabs[0])
      await setImmediate()
    }
    for (let n = 0; n < 100; n++) {
      await post('refresh', undefined, token)
      const again = await post('refresh', undefined, token)
      if (again.statusCode !== 200) t.fail(`lost answer ${n}`)
      token = tokenOf(again)
      await setImmediate()
    }
    t.equal((await post('refresh', undefined, token)).statusCode, 200)
  })

  t.test('a token that ran out is a 401', async (t) => {
    const { post } = await open(t, { REFRESH_TOKEN_EXPIRY: 1 })
    await post('register', ada)
    const token = tokenOf(await post('login', ada))
    await new Promise((resolve) => setTimeout(resolve, 5))
    t.equal((await post('refresh', undefined, token)).statusCode, 401)
  })

  for (const token of [undefined, '', 'x', 'x'.repeat(5000), 'ä%00']) {
    t.test(`${token === undefined ? 'no cookie' : `the cookie ${JSON.stringify(token.slice(0, 10))}`} is a 401`, async (t) => {
      const res = await post('refresh', undefined, token)
      t.match(res.json(), { status: 401, code: 'UNAUTHENTICATED' })
      t.equal(res.headers['www-authenticate'], 'Bearer')
    })
  }

  t.test('an access token is no refresh token, and the other way round', async (t) => {
    const res = await post('login', ada)
    t.equal((await post('refresh', undefined, res.json().token)).statusCode, 401)
    t.equal((await server.inject({ url: '/api/user', headers: { authorization: `Bearer ${tokenOf(res)}` } })).statusCode, 401)
  })

  t.test('a retry that is too long is a 400', async (t) => {
    t.equal((await post(`refresh?retry=${'x'.repeat(9)}`)).statusCode, 400)
  })
})

t.test('POST /api/auth/logout', async (t) => {
  const { server, post } = await open(t)
  await post('register', ada)

  t.test('ends the session of the cookie and takes the cookie away', async (t) => {
    const login = await post('login', ada)
    const [token, accessToken] = [tokenOf(login), login.json().token]
    const res = await post('logout', undefined, token)
    t.strictSame([res.statusCode, res.json()], [200, { message: 'Logout successful' }])
    t.match(cookieOf(res), { value: '', path: '/', expires: new Date(0) })
    t.equal((await post('refresh', undefined, token)).statusCode, 401)
    t.equal((await server.inject({ url: '/api/user', headers: { authorization: `Bearer ${accessToken}` } })).statusCode, 401, 'at once')
  })

  t.test('is content without a session', async (t) => {
    t.equal((await post('logout')).statusCode, 200)
    t.equal((await post('logout', undefined, 'x')).statusCode, 200)
  })
})

t.test('/api/auth/sessions', async (t) => {
  const { server, post } = await open(t)
  await post('register', ada)
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const signIn = async (userAgent: string) => (await server.inject({
    method: 'POST', url: '/api/auth/login', payload: ada, headers: { 'user-agent': userAgent }
  })).json().token
  const ask = (method: 'GET' | 'DELETE', token: string, id = '') => server.inject({
    method, url: `/api/auth/sessions${id && `/${id}`}`, headers: { authorization: `Bearer ${token}` }
  })
  const here = await signIn(firefox)
  const there = await signIn('curl/8.5.0')

  t.test('lists them and tells which one is asking', async (t) => {
    const { sessions } = (await ask('GET', here)).json()
    t.match(sessions.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent), { userAgent: 'Firefox on Linux', createdAt: /Z$/ })
    t.match(sessions.filter(({ isCurrent }: { isCurrent: boolean }) => !isCurrent), [{ userAgent: 'curl' }])
  })

  t.test('ends one, with its access token', async (t) => {
    const { sessions } = (await ask('GET', there)).json()
    const { id } = sessions.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent)
    t.equal((await ask('DELETE', here, id)).statusCode, 204)
    t.equal((await ask('GET', there)).statusCode, 401)
    t.equal((await ask('DELETE', here, id)).statusCode, 404)
  })

  t.test('ends all others', async (t) => {
    const others = [await signIn(firefox), await signIn(firefox)]
    t.strictSame((await ask('DELETE', here)).json(), { endedCount: 2 })
    for (const token of others) t.equal((await ask('GET', token)).statusCode, 401)
    t.equal((await ask('GET', here)).json().sessions.length, 1)
  })
})

t.test('a token of a time when the clock was ahead is refused once the clock is right', async (t) => {
  const { server, post } = await open(t)
  await post('register', ada)
  const statusWith = async (token: string) => (await server.inject({ url: '/api/user', headers: { authorization: `Bearer ${token}` } })).statusCode
  mock.timers.enable({ apis: ['Date'], now: Date.now() + 10 * YEAR_MS })
  t.teardown(() => mock.timers.reset())
  const { token } = (await post('login', ada)).json()
  t.equal(await statusWith(token), 200)
  mock.timers.reset()
  t.equal(await statusWith(token), 401)
  t.equal(await statusWith((await post('login', ada)).json().token), 200)
})
