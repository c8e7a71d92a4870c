import { isIP, isIPv6 } from 'node:net'
import rateLimit, { normalizeIP, type RateLimitOptions } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DomainError } from '../src/errors.js'
import { isHealthCheck } from '../src/health-paths.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Limits that count this route's requests in addition to the general one. Routes with the same name share a limit. */
    limits?: 'import' | 'fork' | 'mcp' | 'login' | 'password' | 'register'
  }
}

const MINUTE_MS = 60_000

/** Counters of each limit. The least recently used is dropped first, which resets the count of its client. */
const CACHED_COUNTERS = 100_000

/** A provider gives a customer 256 IPv6 networks of 64 bits. So a network of 56 bits gets a multiple of the limit. */
const WIDE_NETWORK_FACTOR = 4

/** The key of requests that a limit does not count. */
const NOBODY = ''

interface Limit {
  max: number
  windowMinutes: number
  /** Returns the counter's key for a request, or NOBODY. */
  key (request: FastifyRequest): string
  message: string
}

/**
 * Rate limits. They count before a request is refused and before its body is read, so unknown paths and bad tokens count
 * too. The general limit comes first, then the route's limits: by address, then by user. Counters are in memory.
 */
export default fp(async (fastify) => {
  const { config } = fastify
  // The limits are hooks of this file, not of the library, because it adds hooks to routes, and unknown paths have none.
  await fastify.register(rateLimit, { global: false })

  fastify.addHook('onRequest', limiter({
    max: config.RATE_LIMIT_MAX,
    windowMinutes: 1,
    key: (request) => isHealthCheck(request.url) ? NOBODY : apiKey(request) || user(request) || network(request, 64),
    message: 'Too many requests; try again later'
  }))

  const imports = 'Too many imports; try again later'
  const copies = 'Too many copies of conversations; try again later'
  const named = {
    import: [
      ...addressLimiters({ max: config.IMPORT_IP_MAX, windowMinutes: config.IMPORT_IP_WINDOW, message: imports }),
      limiter({ max: config.IMPORT_USER_MAX, windowMinutes: config.IMPORT_USER_WINDOW, key: user, message: imports })
    ],
    fork: [
      ...addressLimiters({ max: config.FORK_IP_MAX, windowMinutes: config.FORK_IP_WINDOW, message: copies }),
      limiter({ max: config.FORK_USER_MAX, windowMinutes: config.FORK_USER_WINDOW, key: user, message: copies })
    ],
    mcp: [
      limiter({ max: config.MCP_USER_MAX, windowMinutes: config.MCP_USER_WINDOW, key: user, message: 'Too many requests of assistants; try again later' })
    ],
    login: addressLimiters({
      max: config.LOGIN_MAX, windowMinutes: config.LOGIN_WINDOW, message: 'Too many sign-ins; try again later'
    }),
    password: addressLimiters({
      max: config.LOGIN_MAX, windowMinutes: config.LOGIN_WINDOW, message: 'Too many attempts; try again later'
    }),
    register: addressLimiters({
      max: config.REGISTER_MAX, windowMinutes: config.REGISTER_WINDOW, message: 'Too many registrations; try again later'
    })
  }
  fastify.addHook('onRoute', (route) => {
    const { limits } = route.config ?? {}
    if (limits) route.onRequest = [...named[limits], ...[route.onRequest ?? []].flat()]
  })

  /** Returns a limiter for an address or IPv6 network of 64 bits, and one for the network of 56 bits around it. */
  function addressLimiters (limit: Omit<Limit, 'key'>) {
    return [
      limiter({ ...limit, key: (request) => network(request, 64) }),
      limiter({ ...limit, max: limit.max * WIDE_NETWORK_FACTOR, key: (request) => isIPv6(request.ip) ? network(request, 56) : NOBODY })
    ]
  }

  function limiter ({ max, windowMinutes, key, message }: Limit) {
    const options: RateLimitOptions = {
      max, timeWindow: windowMinutes * MINUTE_MS, cache: CACHED_COUNTERS, keyGenerator: key, allowList: [NOBODY]
    }
    const count = fastify.createRateLimit(options)
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const counted = await count(request)
      // On the list of keys that are not counted.
      if (counted.isAllowed) return
      setLimitHeaders(reply, counted)
      if (counted.isExceeded) throw new DomainError('TOO_MANY_REQUESTS', message)
    }
  }
}, { name: 'rate-limit', dependencies: ['auth'], decorators: { fastify: ['config'], request: ['identity'] } })

interface Counted { max: number, remaining: number, ttlInSeconds: number, isExceeded: boolean }

/** Sends the state of a limit in headers, unless another limit has fewer requests left. */
function setLimitHeaders (reply: FastifyReply, { max, remaining, ttlInSeconds, isExceeded }: Counted) {
  const fewest = reply.getHeader('x-ratelimit-remaining')
  if (fewest !== undefined && Number(fewest) <= remaining && !isExceeded) return
  reply.header('x-ratelimit-limit', max)
  reply.header('x-ratelimit-remaining', remaining)
  reply.header('x-ratelimit-reset', ttlInSeconds)
  if (isExceeded) reply.header('retry-after', ttlInSeconds)
}

function user ({ identity }: FastifyRequest) {
  return identity ? `user ${identity.account.no}` : NOBODY
}

function apiKey ({ identity }: FastifyRequest) {
  return identity?.key ? `key ${identity.key.id}` : NOBODY
}

/**
 * Returns the caller's IPv4 address, or its IPv6 network of `bits` bits. A forwarded value that is no address counts as
 * the proxy's address, so that it cannot become a key of its own.
 */
function network ({ ip, socket }: FastifyRequest, bits: 56 | 64) {
  return `address ${normalizeIP(isIP(ip) ? ip : socket.remoteAddress ?? '', bits)}`
}
