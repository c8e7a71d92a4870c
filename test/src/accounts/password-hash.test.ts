import t from 'tap'
import { hashPassword, verifyPassword } from '../../../src/accounts/password-hash.js'

t.test('a password is kept as argon2id with 19 MiB, two passes and one lane', async (t) => {
  t.match(await hashPassword('correct horse'), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

t.test('the same password never has the same hash', async (t) => {
  t.not(await hashPassword('correct horse'), await hashPassword('correct horse'))
})

t.test('only the password opens its hash', async (t) => {
  const stored = await hashPassword('correct horse')
  t.equal(await verifyPassword(stored, 'correct horse'), true)
  for (const other of ['', 'Correct horse', 'correct horse ', stored]) t.equal(await verifyPassword(stored, other), false)
})

t.test('letters typed as other code points are the same letters', async (t) => {
  const composed = 'caf\u00e9 au lait'
  t.equal(await verifyPassword(await hashPassword(composed), composed.normalize('NFD')), true)
})

t.test('nothing opens an account without a password, and finding that out takes as long', async (t) => {
  const stored = await hashPassword('correct horse')
  await verifyPassword(null, 'warm up')
  const timed = async (hash: string | null) => {
    const start = process.hrtime.bigint()
    for (let i = 0; i < 5; i++) t.equal(await verifyPassword(hash, 'wrong horse'), false)
    return Number(process.hrtime.bigint() - start)
  }
  const [known, unknown] = [await timed(stored), await timed(null)]
  t.ok(unknown > known / 4, 'an unknown address costs a verification too')
})
