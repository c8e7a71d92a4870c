import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { fromHome } from '../src/paths.js'
import { inlineSearcher, type Searcher, threadSearcher } from '../src/search/thread/searcher.js'
import type { SearchInputs, SearchName } from '../src/search/thread/searches.js'

declare module 'fastify' {
  interface FastifyInstance {
    searcher: Searcher
  }
  interface FastifyRequest {
    /** Runs a search of the caller, unless the connection has ended when its turn comes. Returns JSON. See `Searcher.run`. */
    search <Name extends SearchName> (name: Name, input: SearchInputs[Name]): Promise<string>
  }
}

/** Runs searches on a thread of their own, so that a slow one does not delay other requests. */
export default fp(async (fastify) => {
  const { config: { DATABASE_PATH: path }, database: { reader } } = fastify
  const searcher = path === ':memory:' ? inlineSearcher(reader) : threadSearcher(fromHome(path))
  fastify.decorate('searcher', searcher)
  fastify.decorateRequest('search', function <Name extends SearchName> (this: FastifyRequest, name: Name, input: SearchInputs[Name]) {
    return searcher.run(name, this.signedIn().no, input, () => !this.raw.socket.destroyed)
  })
  fastify.addHook('onClose', () => searcher.close())
}, { name: 'search', dependencies: ['auth', 'database'] })
