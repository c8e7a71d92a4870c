import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createAccount } from '../../src/accounts/user-commands.js'
import { buildServer } from '../../src/build-server.js'
import { build, signIn, testConfig } from '../helper.js'
import { type Answer, completion, failure, hang, hangUp, json, openAiServer, raw } from '../src/openai/openai-server.js'

const KEY = 'sk-test-1f9c2b7d'

type Server = Awaited<ReturnType<typeof buildServer>>
type Headers = Awaited<ReturnType<Awaited<ReturnType<typeof build>>['as']>>

/** A user of a server: starts conversations and asks for their titles. */
function caller (server: Server, headers: Headers) {
  return {
    say: (conversationId: string, message: object) => server.inject({
      method: 'POST', url: `/api/messages/${conversationId}`, headers, payload: { text: 'How do otters sleep?', isCreatedByUser: true, ...message }
    }),
    rename: (conversationId: string, title: string) => server.inject({
      method: 'POST', url: '/api/convos/update', headers, payload: { conversationId, title }
    }),
    title: (conversationId: string) => server.inject({ url: `/api/convos/gen_title/${conversationId}`, headers }),
    list: async () => (await server.inject({ url: '/api/convos', headers })).json().conversations
  }
}

async function open (t: Test, overrides: Parameters<typeof build>[1] = {}) {
  const { server, as } = await build(t, overrides)
  return { server, ada: caller(server, await as('ada')), eve: caller(server, await as('eve')) }
}

t.test('GET /api/convos/gen_title/:conversationId', async (t) => {
  const { server, ada, eve } = await open(t)

  t.test('gives a conversation its title, as often as asked, where it stands in the list', async (t) => {
    const id = randomUUID()
    await ada.say(id, { messageId: 'q' })
    const [before] = await ada.list()
    t.equal(before.title, 'New Chat')
    for (let call = 0; call < 3; call++) {
      const res = await ada.title(id)
      t.strictSame([res.statusCode, res.json()], [200, { title: 'How do otters sleep?' }])
    }
    t.strictSame(await ada.list(), [{ ...before, title: 'How do otters sleep?' }])
  })

  t.test('is a 404 for what does not exist and for what belongs to somebody else', async (t) => {
    const id = randomUUID()
    await ada.say(id, { messageId: 'q2' })
    for (const res of [await eve.title(id), await ada.title('nothing')]) {
      t.match([res.statusCode, res.json()], [404, { code: 'NOT_FOUND', detail: 'Conversation not found' }])
    }
    t.equal((await ada.list())[0].title, 'New Chat')
  })

  const reasons: Array<[name: string, message: object, detail: string]> = [
    ['while its user has said nothing', { isCreatedByUser: false }, 'No title: the conversation has no message of its user yet'],
    ['for assistants', { endpoint: 'assistants' }, 'No title: none are made for the endpoint assistants'],
    ['for azureAssistants', { endpoint: 'azureAssistants' }, 'No title: none are made for the endpoint azureAssistants']
  ]
  for (const [name, message, detail] of reasons) {
    t.test(`is a 404 ${name}`, async (t) => {
      const id = randomUUID()
      await ada.say(id, { messageId: name.replaceAll(' ', '-'), ...message })
      const res = await ada.title(id)
      t.match([res.statusCode, res.json()], [404, { code: 'NOT_FOUND', detail }])
      t.equal((await ada.list())[0].title, 'New Chat')
    })
  }

  t.test('needs a user', async (t) => {
    t.equal((await server.inject(`/api/convos/gen_title/${randomUUID()}`)).statusCode, 401)
  })
})

t.test('with TITLE_CONVO=false', async (t) => {
  const { ada } = await open(t, { TITLE_CONVO: false })
  const id = randomUUID()
  await ada.say(id, { messageId: 'q' })

  t.test('a conversation that nobody named has no title', async (t) => {
    const res = await ada.title(id)
    t.match([res.statusCode, res.json()], [404, { code: 'NOT_FOUND', detail: 'No title: this server makes none' }])
  })

  t.test('one that was named has its name', async (t) => {
    await ada.rename(id, 'By hand')
    const res = await ada.title(id)
    t.strictSame([res.statusCode, res.json()], [200, { title: 'By hand' }])
  })
})

t.test('with TITLE_PROVIDER=local no model is asked, whatever is configured', async (t) => {
  const { OPENAI_BASE_URL, received } = await openAiServer(t, completion('Sleeping Otters'))
  const { ada } = await open(t, { OPENAI_BASE_URL, OPENAI_API_KEY: KEY })
  const id = randomUUID()
  await ada.say(id, { messageId: 'q' })
  t.equal((await ada.title(id)).json().title, 'How do otters sleep?')
  t.equal(received.length, 0)
})

t.test('with TITLE_PROVIDER=openai', async (t) => {
  const { OPENAI_BASE_URL, received, next } = await openAiServer(t)
  const { server, ada } = await open(t, { TITLE_PROVIDER: 'openai', TITLE_MODEL: 'tiny', OPENAI_BASE_URL })

  t.test('50 calls at a time make one request to the model', async (t) => {
    next(completion('Sleeping Otters'), completion('Again'))
    const id = randomUUID()
    await ada.say(id, { messageId: 'q' })
    const titles = await Promise.all(Array.from({ length: 50 }, async () => (await ada.title(id)).json().title))
    t.strictSame(titles, Array(50).fill('Sleeping Otters'))
    t.match(received, [{ path: '/v1/chat/completions', body: /"model":"tiny"/ }])
    t.equal(received.length, 1)
  })

  t.test('the server stops without waiting for the model', async (t) => {
    next(hang)
    const id = randomUUID()
    await ada.say(id, { messageId: 'q2' })
    const asked = ada.title(id)
    while (received.length === 0) await setImmediate()
    const started = performance.now()
    await server.close()
    await asked
    // The model has ten seconds to answer.
    t.ok(performance.now() - started < 9000)
  })
})

t.test('the key is in no log line and no answer, whatever the model server does', async (t) => {
  const upstream: Answer[] = [failure(401), failure(429), failure(500), failure(500), hangUp, hangUp, raw(200, `{"${KEY}`), json(404, { error: KEY })]
  const { OPENAI_BASE_URL, received } = await openAiServer(t, ...upstream)
  const lines: string[] = []
  const server = await buildServer({
    config: { ...testConfig, TITLE_PROVIDER: 'openai', OPENAI_BASE_URL, OPENAI_API_KEY: KEY },
    logger: { level: 'trace', stream: { write: (line) => { lines.push(line) } } }
  })
  t.teardown(() => server.close())
  await createAccount(server.database.writer, {
    id: 'ada', email: 'ada@example.test', username: 'ada', name: 'Ada', passwordHash: null, isOpen: true, now: Date.now()
  })
  const headers = await signIn(server, 'ada')
  const ada = caller(server, headers)
  const answers: string[] = []
  for (let n = 0; received.length < upstream.length; n++) {
    const conversationId = randomUUID()
    await ada.say(conversationId, { messageId: `q${n}` })
    const title = await ada.title(conversationId)
    const removal = await server.inject({
      method: 'DELETE', url: '/api/convos', headers, payload: { conversationId, endpoint: 'assistants', thread_id: 'thread_1' }
    })
    t.strictSame([title.statusCode, removal.statusCode, removal.json().thread.deleted], [200, 201, false])
    answers.push(title.body, removal.body)
  }
  t.match(received[0]?.headers, { authorization: `Bearer ${KEY}` })
  t.match(lines.join(''), 'A title is made without the model')
  t.notMatch(lines.join(''), KEY)
  t.notMatch(answers.join(''), KEY)
})
