import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { jwtSecret } from '../../../../src/accounts/credentials/secret.js'
import { ConfigError } from '../../../../src/config.js'

const guessable = {
  'is empty': '',
  'is one character': 'a',
  'is 31 bytes': 'abcdefghijklmnopqrstuvwxyz01234',
  'is one character repeated': 'a'.repeat(64),
  'is a short word repeated': 'secret'.repeat(8),
  'is a placeholder repeated': 'changeme'.repeat(6),
  'is digits in order': '12345678901234567890123456789012',
  'is hex digits in order': '0123456789abcdef'.repeat(2),
  'asks to be changed': 'please-change-me-to-something-else-8472',
  'calls itself your secret': 'your-very-own-secret-value-goes-here-0',
  'is LibreChat\'s sample': '16f8c0ef4a5d391b26034086c628469d3f9f497f08163ab9b40137092f2909ef',
  'is LibreChat\'s other sample': 'eaa5191f2914e30b9387fd84e254e4ba6fc51b4654968a9b0803b456a54b8418',
  'is from a token debugger': 'a-string-secret-at-least-256-bits-long'
}

for (const [name, secret] of Object.entries(guessable)) {
  t.test(`refuses a secret that ${name}, without showing it`, async (t) => {
    t.throws(() => jwtSecret(secret, ':memory:'), { name: 'ConfigError', message: /^JWT_SECRET .+; make one with/ })
    try {
      jwtSecret(secret, ':memory:')
    } catch (error) {
      t.ok(error instanceof ConfigError)
      t.notOk(secret.length > 1 && String(error).includes(secret))
    }
  })
}

const sound = {
  'base64 of 48 bytes': 'x3rWJvZ0o1h8v2cPq0Tj9mYb4sLkD7eUfNgHiA5wQzRtCyXuEoKpVnBlMdSaGfJh',
  'hex of 32 bytes': '9f2c4be07d5a1836c0e4f1728b3d6a59047ec1d2835fb6a908e7d4c3b2a19f60',
  'hex of 16 bytes': 'f3a91c07d84e62b5095ce1774ab8d230',
  'a sentence': 'Nineteen green bottles hum quietly, 4 of them in tune'
}

for (const [name, secret] of Object.entries(sound)) {
  t.test(`takes ${name} as it stands`, async (t) => {
    t.equal(jwtSecret(secret, ':memory:'), secret)
  })
}

t.test('a database in memory gets a new secret each time', async (t) => {
  t.not(jwtSecret(undefined, ':memory:'), jwtSecret(undefined, ':memory:'))
})

t.test('a secret made here', async (t) => {
  const folder = t.testdir()
  const database = join(folder, 'parley.db')
  const file = join(folder, 'jwt-secret')
  const first = jwtSecret(undefined, database)

  t.test('is kept for the next start', async (t) => {
    t.equal(jwtSecret(undefined, database), first)
    t.equal(readFileSync(file, 'utf8'), first)
  })

  t.test('is 48 bytes in base64url', async (t) => {
    t.match(first, /^[\w-]{64}$/)
  })

  t.test('is readable by its owner only, even after somebody opened it up', async (t) => {
    t.equal(statSync(file).mode & 0o777, 0o600)
    chmodSync(file, 0o644)
    jwtSecret(undefined, database)
    t.equal(statSync(file).mode & 0o777, 0o600)
  })

  t.test('is refused when the file was damaged', async (t) => {
    writeFileSync(file, '')
    t.throws(() => jwtSecret(undefined, database), { name: 'ConfigError', message: /jwt-secret is shorter than 32 bytes/ })
  })
})

t.test('a folder that cannot be written to is reported as it is', async (t) => {
  t.throws(() => jwtSecret(undefined, join(t.testdir(), 'missing', 'parley.db')), { code: 'ENOENT' })
})
