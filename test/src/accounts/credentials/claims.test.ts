import t from 'tap'
import { readClaims } from '../../../../src/accounts/credentials/claims.js'

const now = Date.parse('2026-01-02T10:00:00Z')
const seconds = now / 1000
const good = { id: 'ada', username: 'Ada', provider: 'local', email: 'ada@example.test', iat: seconds, exp: seconds + 900 }

t.test('reads the claims of LibreChat\'s tokens', async (t) => {
  t.strictSame(readClaims(good, now), {
    id: 'ada', username: 'Ada', provider: 'local', email: 'ada@example.test', sessionId: null, issuer: null, expiresAt: (seconds + 900) * 1000
  })
})

t.test('needs nothing but an id and an expiry', async (t) => {
  t.strictSame(readClaims({ id: 'ada', exp: seconds + 900 }, now), {
    id: 'ada', username: '', provider: '', email: '', sessionId: null, issuer: null, expiresAt: (seconds + 900) * 1000
  })
})

t.test('a clock one minute ahead is forgiven', async (t) => {
  t.ok(readClaims({ ...good, iat: seconds + 60 }, now))
})

const unusable: Record<string, unknown> = {
  'no object': 'ada',
  null: null,
  'an array': [good],
  'no id': { ...good, id: undefined },
  'an empty id': { ...good, id: '' },
  'a numeric id': { ...good, id: 1 },
  'an object as id': { ...good, id: { $ne: null } },
  'an array as id': { ...good, id: ['ada'] },
  'an id of 65 characters': { ...good, id: 'a'.repeat(65) },
  'an id with a line break': { ...good, id: 'ada\n' },
  'an id with a lone surrogate': { ...good, id: 'ada\ud800' },
  'an id that is a path': { ...good, id: '../ada' },
  'no expiry': { ...good, exp: undefined },
  'an expiry as text': { ...good, exp: String(seconds + 900) },
  'an expiry past all time': { ...good, exp: 1e308 },
  'a fractional expiry': { ...good, exp: seconds + 0.5 },
  'an expiry that is not a number': { ...good, exp: NaN },
  'an endless expiry': { ...good, exp: Infinity },
  'a date of issue in the future': { ...good, iat: seconds + 61 },
  'a date of issue as text': { ...good, iat: String(seconds) },
  'a date of issue that is null': { ...good, iat: null }
}

for (const [name, payload] of Object.entries(unusable)) {
  t.test(`refuses ${name}`, async (t) => {
    t.equal(readClaims(payload, now), null)
  })
}

t.test('text claims of other types or of no sensible length count as absent', async (t) => {
  const claims = readClaims({ ...good, username: 5, provider: 'x'.repeat(255), email: 'a\ud800' }, now)
  t.match(claims, { username: '', provider: '', email: '' })
})
