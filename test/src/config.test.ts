import t from 'tap'
import { readConfig } from '../../src/config.js'

const KEY = 'sk-test-1f9c2b7d'

t.test('titles are made by local rules unless a model is asked for', async (t) => {
  t.match(readConfig({}), { TITLE_CONVO: true, TITLE_PROVIDER: 'local', TITLE_MODEL: 'gpt-4o-mini' })
  t.equal(readConfig({ TITLE_CONVO: 'false' }).TITLE_CONVO, false)
  t.equal(readConfig({ TITLE_PROVIDER: 'openai', OPENAI_API_KEY: KEY }).TITLE_PROVIDER, 'openai')
  t.equal(readConfig({ TITLE_PROVIDER: 'openai', OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }).TITLE_PROVIDER, 'openai')
})

const refused: Array<[env: Record<string, string>, message: RegExp]> = [
  [{ TITLE_PROVIDER: 'openai' }, /^TITLE_PROVIDER: openai needs OPENAI_API_KEY/],
  [{ TITLE_PROVIDER: 'OpenAI' }, /^TITLE_PROVIDER: /],
  [{ TITLE_CONVO: 'yes' }, /^TITLE_CONVO: .*\(got "yes"\)$/],
  [{ OPENAI_BASE_URL: 'localhost:11434' }, /^OPENAI_BASE_URL: /],
  [{ OPENAI_BASE_URL: `https://parley:${KEY}@api.test/v1` }, /^OPENAI_BASE_URL: /],
  [{ OPENAI_BASE_URL: 'https://api.test/v1?key=1' }, /^OPENAI_BASE_URL: /],
  [{ OPENAI_API_KEY: `${KEY}\n` }, /^OPENAI_API_KEY: /]
]
for (const [env, message] of refused) {
  t.test(`refuses ${JSON.stringify(env)} in a line without secrets`, async (t) => {
    t.throws(() => readConfig(env), { name: 'ConfigError', message })
    try {
      readConfig(env)
    } catch (error) {
      t.notMatch(String(error), KEY)
    }
  })
}
