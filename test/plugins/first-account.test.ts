import { join } from 'node:path'
import t from 'tap'
import { build } from '../helper.js'

const ada = { email: 'ada@example.com', password: 'correct horse' }
const settings = { FIRST_USER_EMAIL: ada.email, FIRST_USER_PASSWORD: ada.password }

t.test('the first start makes the account that the settings name, and later ones leave it alone', async (t) => {
  const DATABASE_PATH = join(t.testdir(), 'parley.db')
  const first = await build(t, { ...settings, DATABASE_PATH })
  const signedIn = await first.server.inject({ method: 'POST', url: '/api/auth/login', payload: ada })
  t.match(signedIn.json(), { user: { email: ada.email, role: 'ADMIN' } })
  await first.server.close()

  const second = await build(t, { FIRST_USER_EMAIL: 'eve@example.com', FIRST_USER_PASSWORD: 'battery staple', DATABASE_PATH })
  t.equal((await second.server.inject({ method: 'POST', url: '/api/auth/login', payload: { email: 'eve@example.com', password: 'battery staple' } })).statusCode, 401)
  t.equal((await second.server.inject({ method: 'POST', url: '/api/auth/login', payload: ada })).statusCode, 200)
})

for (const FIRST_USER_PASSWORD of ['password1', 'x7!', 'long '.repeat(30)]) {
  t.test(`a password that nobody could register with stops the start: ${FIRST_USER_PASSWORD.slice(0, 20)}`, async (t) => {
    await t.rejects(build(t, { ...settings, FIRST_USER_PASSWORD }), { name: 'ConfigError', message: /^FIRST_USER_PASSWORD: / })
  })
}
