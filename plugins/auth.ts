import jwt from '@fastify/jwt'
import type {} from '@fastify/swagger'
import type { FastifyReply, FastifyRequest, FastifySchema, preParsingHookHandler, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { type AccessClaims, ISSUER, verification } from '../src/accounts/credentials/claims.js'
import { credentialOf } from '../src/accounts/credentials/credential.js'
import { createIdentify } from '../src/accounts/credentials/identify.js'
import { type Identity, refusalOf } from '../src/accounts/credentials/identity.js'
import { jwtSecret } from '../src/accounts/credentials/secret.js'
import { createGuessLimit } from '../src/accounts/guess-limit.js'
import { createBrowserMarks } from '../src/accounts/known-browsers.js'
import { createSessions, type Sessions } from '../src/accounts/sessions.js'
import type { PasswordContext } from '../src/accounts/sign-in.js'
import type { Account } from '../src/accounts/user-queries.js'
import { claimsOf } from '../src/accounts/view.js'
import { DomainError } from '../src/errors.js'
import { isHealthCheck } from '../src/health-paths.js'
import { problems } from '../src/schemas.js'
import { type Scope, scopes } from '../src/scopes.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Opens, refreshes and ends sessions. */
    sessions: Sessions
    /** Dependencies of the functions that check passwords. */
    passwords: PasswordContext
    /** Returns a new access token of an account in a session. */
    accessToken (account: Account, sessionId: string): string
  }
  interface FastifyRequest {
    /** The caller's identity. Null for an unknown caller. */
    identity: Identity | null
    /**
     * Returns the caller's account.
     * @throws {DomainError} UNAUTHENTICATED for an unknown caller.
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
 * Identifies callers and guards routes. The order is: identify, count against rate limits, require a user and a scope,
 * read the body. A route's `security` declares its requirements (`src/schemas.ts`). A route without `security` requires
 * an access token, so a guard cannot be forgotten.
 */
export default fp(async (fastify) => {
  const { config, database } = fastify
  const secret = jwtSecret(config.JWT_SECRET, config.DATABASE_PATH)

  await fastify.register(jwt, {
    secret,
    sign: { algorithm: 'HS256', iss: ISSUER, expiresIn: `${config.SESSION_EXPIRY}ms` },
    verify: verification
  })
  const identify = createIdentify({
    database,
    verify: (token) => fastify.jwt.verify(token),
    acceptsForeign: config.JWT_AUTO_PROVISION,
    onError: (error) => fastify.log.error(error, 'The use of an API key was not noted')
  })

  fastify.decorate('sessions', createSessions({ database, secret, lifetimeMs: config.REFRESH_TOKEN_EXPIRY }))
  fastify.decorate('passwords', { database, guesses: createGuessLimit(), marks: createBrowserMarks(secret) })
  fastify.decorate('accessToken', (account, sessionId) => fastify.jwt.sign(claimsOf(account, sessionId)))
  fastify.decorateRequest('identity', null)
  fastify.decorateRequest('signedIn', function () {
    if (!this.identity) throw unauthenticated(this)
    return this.identity.account
  })

  fastify.addHook('onRequest', (request, _reply, done) => {
    // A health check reports whether the process responds, independent of the database.
    const credential = isHealthCheck(request.url) ? null : credentialOf(request.headers)
    const identity = credential && identify(credential, Date.now())
    if (!(identity instanceof Promise)) {
      request.identity = identity
      return done()
    }
    identity.then((found) => {
      request.identity = found
      done()
    }, done)
  })

  fastify.addHook('onRoute', (route) => {
    const { security = [{ bearer: [] }], response } = route.schema ?? {}
    if (isOpen(security)) return
    route.schema = { ...route.schema, security, response: { ...problems(401, 403), ...Object(response) } }
    route.preParsing = [guard(route), ...[route.preParsing ?? []].flat()]
  })
}, { name: 'auth', dependencies: ['cors', 'database', 'error-handler'], decorators: { fastify: ['config'] } })

type Security = NonNullable<FastifySchema['security']>

/** Whether a route requires no user: its security lists neither access tokens nor keys. */
function isOpen (security: Security) {
  return !security.some((requirement) => 'bearer' in requirement || 'apiKey' in requirement)
}

/** Whether a route takes keys only. */
function isForKeys (security: Security) {
  return !security.some((requirement) => 'bearer' in requirement)
}

/** Returns the scope that a route requires of keys. Null for a route that takes no keys. */
function scopeOf (security: Security): Scope | null {
  const [named] = security.flatMap(({ apiKey = [] }) => apiKey)
  return scopes.find((scope) => scope === named) ?? null
}

/** Returns a hook that refuses callers without the required rights. It runs before the body is read. */
function guard (route: RouteOptions): preParsingHookHandler {
  let access: Access | undefined
  return (request, reply, _payload, done) => {
    // Read at the first request, because a context can still open its routes after this hook was created.
    const { security = [] } = route.schema ?? {}
    access ??= { isOpen: isOpen(security), isForKeys: isForKeys(security), scope: scopeOf(security) }
    done(access.isOpen ? null : refusal(request, reply, access))
  }
}

interface Access { isOpen: boolean, isForKeys: boolean, scope: Scope | null }

/** Returns why a caller is refused this access, or null. RFC 6750, section 3, defines the header. */
function refusal (request: FastifyRequest, reply: FastifyReply, { isForKeys, scope }: Access): DomainError | null {
  const { identity, headers } = request
  if (!identity || (isForKeys && !identity.key)) {
    // The header names the error only if the request had a credential.
    reply.header('www-authenticate', credentialOf(headers) ? 'Bearer error="invalid_token"' : 'Bearer')
    return unauthenticated(request, isForKeys)
  }
  const reason = refusalOf(identity, scope)
  if (reason === null) return null
  if (identity.key) reply.header('www-authenticate', `Bearer error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`)
  return new DomainError('FORBIDDEN', reason)
}

function unauthenticated ({ headers }: FastifyRequest, isForKeys = false) {
  const kind = credentialOf(headers)?.kind
  if (kind === 'key') return new DomainError('UNAUTHENTICATED', 'The API key is not valid')
  if (isForKeys) return new DomainError('UNAUTHENTICATED', 'Send an API key in the Authorization header')
  return new DomainError('UNAUTHENTICATED', kind === 'token'
    ? 'The access token is not valid; sign in again'
    : 'Sign in and send the access token in the Authorization header')
}
