import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../src/errors.js'
import { callerRefusal } from '../src/mcp/allowed.js'
import { requiresKey } from '../src/schemas.js'
import { isSearch, searchFunctions } from '../src/search/thread/searches.js'

/** POST /mcp: the Model Context Protocol for assistants (docs/mcp.md). The route exists only with MCP on. */
const mcp: FastifyPluginAsyncTypebox = async (fastify) => {
  const { MCP, MCP_CHATGPT, MCP_HOSTS, CORS_ORIGIN } = fastify.config
  if (!MCP) return
  // Loaded on use, because the SDK is large.
  const [{ answerMcp }, { chatgptTools, tools }] = await Promise.all([import('../src/mcp/server.js'), import('../src/mcp/tools.js')])
  const offered = MCP_CHATGPT ? [...tools, ...chatgptTools] : tools
  const allowed = { hosts: listOf(MCP_HOSTS?.toLowerCase()), origins: listOf(CORS_ORIGIN) }

  fastify.post('/mcp', {
    config: { limits: 'mcp' },
    // Its messages are described by the protocol, not by OpenAPI.
    schema: { hide: true, security: requiresKey('read') },
    onRequest: async ({ host, headers }) => {
      const reason = callerRefusal(host, headers.origin, allowed)
      if (reason !== null) throw new DomainError('FORBIDDEN', reason)
    }
  }, async (request, reply) => {
    if (Array.isArray(request.body)) throw new DomainError('INVALID', 'Send one message at a time')
    const { no, id } = request.signedIn()
    const response = await answerMcp({
      db: fastify.database.reader,
      userNo: no,
      address: `${request.protocol}://${request.host}`,
      findPage: async (query) => isSearch(query.query)
        ? request.search('conversations', { userId: id, ...query })
        : searchFunctions.conversations(fastify.database.reader, no, { userId: id, ...query }),
      readTranscript: async (input) => JSON.parse(await request.search('transcript', input)),
      tools: offered,
      report: (error) => fastify.logFailure(error, request.id)
    }, webRequest(request, reply), request.body)
    return reply.send(response)
  })
}

/**
 * Returns the request as the SDK takes it. Its body is passed beside it. The signal follows the response, because the one of
 * Fastify aborts as soon as a body is read.
 */
function webRequest ({ protocol, host, url, headers }: FastifyRequest, { raw }: FastifyReply): Request {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  const pairs = Object.entries(headers).flatMap(([name, value]) => typeof value === 'string' ? [[name, value]] : [])
  return new Request(`${protocol}://${host}${url}`, { method: 'POST', headers: Object.fromEntries(pairs), signal: gone.signal })
}

function listOf (text = ''): string[] {
  return text.split(',').map((item) => item.trim()).filter(Boolean)
}

export default mcp
