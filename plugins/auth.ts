import jwt from '@fastify/jwt'
import type {} from '@fastify/swagger'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type AccessClaims, ISSUER, readClaims, type ReadClaims, verification } from '../src/accounts/claims.js'
import { provisionAccount } from '../src/accounts/commands.js'
import { knownClaims } from '../src/accounts/known-claims.js'
import { type Account, cachedAccount } from '../src/accounts/queries.js'
import { jwtSecret } from '../src/accounts/secret.js'
import { claimsOf } from '../src/accounts/view.js'
import { DomainError } from '../src/errors.js'
import { problems } from '../src/schemas.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** A new access token of an account. */
    accessToken (account: Account): string
  }
  interface FastifyRequest {
    /** Who is asking, as far as is known. */
    account: Account | null
    /**
     * Who is asking.
     * @throws {DomainError} UNAUTHENTICATED when nobody known is.
     */
    signedIn (): Account
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: AccessClaims
  }
}

/**
 * Learns who is asking, and refuses nobody before the rate limit has counted the request and anybody unknown before
 * the body is read. A route is open to everybody only if its schema says `security: []`; any other is guarded, and
 * described so, without saying anything. So a guard cannot be forgotten.
 *
 * The account is looked up for each request: whoever was removed or disabled is out at once.
 */
export default fp(async (fastify) => {
  const { config, database } = fastify
  const claimsIn = knownClaims(verifiedClaims)

  await fastify.register(jwt, {
    secret: jwtSecret(config.JWT_SECRET, config.DATABASE_PATH),
    sign: { algorithm: 'HS256', iss: ISSUER, expiresIn: `${config.SESSION_EXPIRY}ms` },
    verify: verification
  })

  fastify.decorate('accessToken', (account) => fastify.jwt.sign(claimsOf(account)))
  fastify.decorateRequest('account', null)
  fastify.decorateRequest('signedIn', function () {
    if (!this.account) throw unauthenticated(this)
    return this.account
  })

  fastify.addHook('onRoute', (route) => {
    const { schema } = route
    if (schema?.security?.length === 0) return
    route.schema = { ...schema, security: [{ bearer: [] }], response: { ...problems(401), ...Object(schema?.response) } }
  })

  fastify.addHook('onRequest', (request, _reply, done) => {
    const { authorization } = request.headers
    const claims = authorization === undefined ? null : claimsIn(authorization, Date.now())
    request.account = claims && cachedAccount(database.reader, claims.id)
    if (request.account || !claims) return done()
    provisioned(claims).then((account) => {
      request.account = account
      done()
    }, done)
  })

  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.account || request.is404 || isOpen(request)) return done()
    // RFC 6750 section 3: the error is named only when there was a token.
    reply.header('www-authenticate', hasToken(request) ? 'Bearer error="invalid_token"' : 'Bearer')
    done(unauthenticated(request))
  })

  function verifiedClaims (authorization: string, now: number): ReadClaims | null {
    const token = bearerToken(authorization)
    if (token === null) return null
    try {
      return readClaims(fastify.jwt.verify(token), now)
    } catch {
      // Some malformed tokens make the verifier throw what is not its own error; all of them are just not valid.
      return null
    }
  }

  async function provisioned ({ issuer, id, email, username, provider }: ReadClaims) {
    // A token signed here belongs to an account that is gone or disabled, and must not bring it back.
    if (!config.JWT_AUTO_PROVISION || issuer === ISSUER) return null
    await provisionAccount(database.writer, { id, email: email || null, username, provider: provider || 'local', now: Date.now() })
    return cachedAccount(database.reader, id)
  }
}, { name: 'auth', dependencies: ['cors', 'database', 'error-handler'], decorators: { fastify: ['config'] } })

/** The token of `Authorization: Bearer`; null when there is none. The scheme's case does not count (RFC 9110). */
function bearerToken (authorization: string): string | null {
  const [, token = null] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  return token
}

function hasToken ({ headers: { authorization = '' } }: FastifyRequest) {
  return bearerToken(authorization) !== null
}

function isOpen ({ routeOptions: { schema } }: FastifyRequest) {
  return schema?.security?.length === 0
}

function unauthenticated (request: FastifyRequest) {
  return new DomainError('UNAUTHENTICATED', hasToken(request)
    ? 'The access token is not valid; sign in again'
    : 'Sign in and send the access token in the Authorization header')
}
