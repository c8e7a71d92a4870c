import t from 'tap'
import { knownClaims } from '../../../../src/accounts/credentials/known-claims.js'

const claims = { id: 'ada', username: '', provider: '', email: '', issuer: null, sessionId: null, expiresAt: 1000 }

/** A reader that counts how often it is asked, and the memory over it. */
function counted (read: (token: string) => typeof claims | null) {
  const reads: string[] = []
  const claimsIn = knownClaims((token) => {
    reads.push(token)
    return read(token)
  })
  return { reads, claimsIn }
}

t.test('good tokens are read once, until their token has run out', async (t) => {
  const { reads, claimsIn } = counted(() => claims)
  t.strictSame([claimsIn('a', 1), claimsIn('a', 999)], [claims, claims])
  t.strictSame(reads, ['a'])
  t.equal(claimsIn('a', 1000), null)
  t.strictSame(reads, ['a'])
})

t.test('tokens that differ in one letter are read by themselves', async (t) => {
  const { reads, claimsIn } = counted((token) => token === 'a.b.c' ? claims : null)
  t.equal(claimsIn('a.b.c', 1), claims)
  t.equal(claimsIn('a.b.C', 1), null)
  t.equal(claimsIn('a.b.c ', 1), null)
  t.equal(reads.length, 3)
})

t.test('bad ones are read each time', async (t) => {
  const { reads, claimsIn } = counted(() => null)
  t.strictSame([claimsIn('x', 1), claimsIn('x', 1)], [null, null])
  t.equal(reads.length, 2)
})

t.test('the oldest are forgotten when there are very many', async (t) => {
  const { reads, claimsIn } = counted(() => claims)
  for (let n = 0; n <= 10_000; n++) claimsIn(`token ${n}`, 1)
  claimsIn('token 1', 1)
  t.equal(reads.length, 10_001)
  claimsIn('token 0', 1)
  t.equal(reads.at(-1), 'token 0')
})
