import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import LocalStore from '@fastify/rate-limit/store/LocalStore.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Limits that count this route's requests beside the general one; routes of one name share them. */
    limits?: 'import' | 'fork' | 'login' | 'register'
  }
}

const MINUTE = 60_000

/** Counters a limit keeps at once. Past it the oldest are forgotten, so it must be dear to reach for an attacker. */
const CACHE = 100_000

interface Limit {
  /** Minutes. */
  window: number
  max: number
  /** Who a request is counted for; null for nobody. */
  key (request: FastifyRequest): string | null
  message: string
}

/** A hook that counts requests, and refuses those that are too many. */
type Limiter = (request: FastifyRequest, reply: FastifyReply, done: (refusal?: Error) => void) => void

/**
 * Counts every request before anybody is refused and before its body is read: against the general limit, then against
 * those its route names, the address's before the user's. Unknown paths and bad tokens count too. The headers tell of
 * the limit with the fewest requests left. Counters live in memory and start again with the process.
 */
export default fp(async (fastify) => {
  const { config } = fastify

  fastify.addHook('onRequest', limiter({
    window: 1,
    max: config.RATE_LIMIT_MAX,
    key: (request) => user(request) ?? address(request),
    message: 'Too many requests; try again later'
  }))

  const imports = 'Too many imports; try again later'
  const copies = 'Too many copies of conversations; try again later'
  const named = {
    import: [
      limiter({ window: config.IMPORT_IP_WINDOW, max: config.IMPORT_IP_MAX, key: address, message: imports }),
      limiter({ window: config.IMPORT_USER_WINDOW, max: config.IMPORT_USER_MAX, key: user, message: imports })
    ],
    fork: [
      limiter({ window: config.FORK_IP_WINDOW, max: config.FORK_IP_MAX, key: address, message: copies }),
      limiter({ window: config.FORK_USER_WINDOW, max: config.FORK_USER_MAX, key: user, message: copies })
    ],
    login: [limiter({
      window: config.LOGIN_WINDOW, max: config.LOGIN_MAX, key: address, message: 'Too many sign-ins; try again later'
    })],
    register: [limiter({
      window: config.REGISTER_WINDOW, max: config.REGISTER_MAX, key: address, message: 'Too many registrations; try again later'
    })]
  }
  fastify.addHook('onRoute', (route) => {
    const { limits } = route.config ?? {}
    if (limits) route.onRequest = [...named[limits], ...[route.onRequest ?? []].flat()]
  })
}, { name: 'rate-limit', dependencies: ['auth'], decorators: { fastify: ['config'], request: ['account'] } })

/**
 * Counts in the library's store itself, which answers at once. What the library makes of it are promises, and as every
 * request is counted they would take a sixth of the time of a short one.
 */
function limiter ({ window, max, key, message }: Limit): Limiter {
  const store = new LocalStore(false, false, CACHE)
  return (request, reply, done) => {
    const counted = key(request)
    if (counted === null) return done()
    store.incr(counted, (error, result) => {
      if (!result) return done(error ?? undefined)
      const { current, ttl } = result
      tell(reply, { max, remaining: Math.max(0, max - current), ttlInSeconds: Math.ceil(ttl / 1000), isExceeded: current > max })
      done(current > max ? new DomainError('TOO_MANY_REQUESTS', message) : undefined)
    }, window * MINUTE, max)
  }
}

interface Counted { max: number, remaining: number, ttlInSeconds: number, isExceeded: boolean }

/** Shows how a limit stands, unless another one is nearer. */
function tell (reply: FastifyReply, { max, remaining, ttlInSeconds, isExceeded }: Counted) {
  const nearest = reply.getHeader('x-ratelimit-remaining')
  if (nearest !== undefined && Number(nearest) <= remaining && !isExceeded) return
  reply.header('x-ratelimit-limit', max)
  reply.header('x-ratelimit-remaining', remaining)
  reply.header('x-ratelimit-reset', ttlInSeconds)
  if (isExceeded) reply.header('retry-after', ttlInSeconds)
}

function user ({ account }: FastifyRequest) {
  return account && `user ${account.no}`
}

/**
 * The caller's address; an IPv6 client owns a whole /64, so that counts as one. A forwarded header that a trusted proxy
 * passed on may hold anything, and what is no address must not become a fresh key.
 */
function address ({ ip, socket }: FastifyRequest) {
  return `address ${normalizeIP(isIP(ip) ? ip : socket.remoteAddress ?? '')}`
}
