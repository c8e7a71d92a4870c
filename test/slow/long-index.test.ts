import t from 'tap'
import { createAccount } from '../../src/accounts/user-commands.js'
import * as commandModule from '../../src/commands.js'
import { searchFaults } from '../../src/search/index/check.js'
import { openDatabase } from '../../src/writer/database.js'
import { storeConversation } from '../stored-conversation.js'

const MESSAGES = 5
/** Hashes of so many words, of 32 bits each, add up to more than 2^53. */
const WORDS = 1_000_000

t.test('the check finds no fault in a conversation of five million words', async (t) => {
  const { reader, writer, close } = await openDatabase(':memory:', commandModule, (error) => { throw error })
  t.teardown(close)
  await createAccount(writer, { id: 'ada', email: 'ada@example.test', username: '', name: '', passwordHash: null, isOpen: true, now: 1 })
  const text = Array.from({ length: WORDS }, (_, n) => `w${n % 997}`).join(' ')
  await storeConversation(writer, 1, Array.from({ length: MESSAGES }, (_, n) => ({ messageId: `m${n}`, body: JSON.stringify({ text }) })))
  t.ok(Number(reader.$client.prepare('SELECT count(*) FROM search_terms').pluck().get()) >= MESSAGES * WORDS, 'all words are indexed')
  t.strictSame(searchFaults(reader), [])
})
