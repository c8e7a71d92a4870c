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
  [{ OPENAI_API_KEY: `${KEY}\n` }, /^OPENAI_API_KEY: /],
  [{ FIRST_USER_EMAIL: 'ada@example.com' }, /^FIRST_USER_EMAIL, FIRST_USER_PASSWORD: one needs the other/],
  [{ REFRESH_TOKEN_EXPIRY: '9007199254740991' }, /^REFRESH_TOKEN_EXPIRY: /],
  [{ SESSION_EXPIRY: '3155760000001' }, /^SESSION_EXPIRY: /],
  [{ JWT_SECRET_FILE: '/nowhere/jwt' }, /^JWT_SECRET_FILE: ENOENT/]
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

t.test('a setting can stand in a file of its own', async (t) => {
  const folder = t.testdir({ key: `${KEY}\n`, port: '4000\n', empty: '' })
  t.match(readConfig({ OPENAI_API_KEY_FILE: `${folder}/key`, PORT_FILE: `${folder}/port`, HOST_FILE: `${folder}/empty` }), { OPENAI_API_KEY: KEY, PORT: 4000, HOST: '127.0.0.1' })
  t.equal(readConfig({ PORT: '5000', PORT_FILE: `${folder}/port` }).PORT, 5000, 'the variable itself goes first')
})
