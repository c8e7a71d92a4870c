/** The counter in memory that @fastify/rate-limit takes unless it is given another; the package describes no types for it. */
declare module '@fastify/rate-limit/store/LocalStore.js' {
  import type { FastifyRateLimitStore } from '@fastify/rate-limit'
  /** Keeps at most `cache` keys. It calls back before `incr` returns. */
  const LocalStore: new (continueExceeding: boolean, exponentialBackoff: boolean, cache: number) => Pick<FastifyRateLimitStore, 'incr'>
  export default LocalStore
}
