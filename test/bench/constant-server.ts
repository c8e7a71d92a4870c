import { readFileSync } from 'node:fs'
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
import { readClaims, verification } from '../../src/accounts/credentials/claims.js'
import { knownClaims } from '../../src/accounts/credentials/known-claims.js'
import { cachedAccount } from '../../src/accounts/session-queries.js'
import { ConversationRowSchema, ConversationSchema } from '../../src/conversations/schemas.js'
import { openReader } from '../../src/db/open.js'
import { shareSnapshots } from '../../src/db/shared-snapshot.js'
import { MessageSchema } from '../../src/messages/schemas.js'

/*
 * The ceiling that benches measure against: bare Fastify with the same token check and look-up of the account,
 * answering a constant through the response schema of the route it stands for.
 */

const { DATABASE_PATH = '', JWT_SECRET = '', ANSWERS = '' } = process.env
const answers: Record<string, string> = JSON.parse(ANSWERS)
const constant = (name: string) => JSON.parse(readFileSync(answers[name] ?? '', 'utf8'))

const server = Fastify()
const reader = openReader(DATABASE_PATH)
// Nothing writes here.
shareSnapshots(reader, () => 0)
const claimsIn = knownClaims((token, now) => readClaims(server.jwt.verify(token), now))
await server.register(jwt, { secret: JWT_SECRET, verify: verification })
for (const schema of [ConversationRowSchema, ConversationSchema, MessageSchema]) server.addSchema(schema)

server.addHook('onRequest', (request, _reply, done) => {
  if (request.url.startsWith('/open')) return done()
  const claims = claimsIn((request.headers.authorization ?? '').replace('Bearer ', ''), Date.now())
  done(claims && cachedAccount(reader, claims.id) ? undefined : new Error('No such account'))
})

const schemas: Record<string, object> = {
  list: {
    type: 'object',
    properties: {
      conversations: { type: 'array', items: { $ref: 'ConversationRow#' } },
      nextCursor: { type: ['string', 'null'] }
    }
  },
  conversation: { $ref: 'Conversation#' },
  messages: { type: 'array', items: { $ref: 'Message#' } }
}

for (const name of Object.keys(answers)) {
  const answer = constant(name)
  const schema = { response: { 200: schemas[name] } }
  server.get(`/${name}`, { schema }, async () => answer)
  server.get(`/open/${name}`, { schema }, async () => answer)
}
console.log(await server.listen({ host: '127.0.0.1', port: 0 }))
process.once('SIGTERM', () => { server.close() })
