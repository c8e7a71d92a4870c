import t from 'tap'
import { readOperators } from '../../../src/search/find/operators.js'
import { offeredOperators, operatorsIn, toggleOperator, wordsOf } from '../../../src/web/state/search-operators.js'

t.test('the page finds the operators that the server takes out of a search', async (t) => {
  for (const [text, found] of [
    ['tram tag:"to do" -tag:work has:code', ['tag:"to do"', '-tag:work', 'has:code']],
    ['Model:gpt-4 after:2026 colour:red', ['Model:gpt-4', 'after:2026']],
    ['tag: notag:x', []]
  ] as const) {
    t.strictSame(operatorsIn(text), found)
    const words = readOperators(text).words.split(' ').filter((word) => word !== '')
    t.strictSame(words, found.reduce((left: string, operator) => left.replace(operator, ''), text).split(' ').filter((word) => word !== ''))
  }
})

t.test('an operator is added and taken out, and every offered one is known to the server', async (t) => {
  t.equal(wordsOf('tram has:code 28 -tag:work "a b"'), 'tram 28 "a b"', 'the words are what is marked in the conversation')
  t.equal(toggleOperator('tram', 'has:code'), 'has:code tram')
  t.equal(toggleOperator('has:code tram role:user', 'has:code'), 'tram role:user')
  t.equal(toggleOperator('role:user has:code tram', 'role:assistant'), 'role:assistant has:code tram', 'one role at a time')
  t.equal(toggleOperator('has:code tram', 'has:tool'), 'has:tool has:code tram')
  for (const operator of offeredOperators) t.equal(readOperators(operator).words, '', operator)
})
