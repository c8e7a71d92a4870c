import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type TSchema, Type } from '@sinclair/typebox'
import { IdSchema, problems, requires } from '../../src/schemas.js'

/** Permissions of LibreChat's roles. Only existing features are true, and the client hides the rest. */
const permissions = {
  BOOKMARKS: { USE: true },
  PROMPTS: { USE: false, CREATE: false, SHARE: false, SHARE_PUBLIC: false },
  MEMORIES: { USE: false, CREATE: false, UPDATE: false, READ: false, OPT_OUT: false },
  AGENTS: { USE: false, CREATE: false, SHARE: false, SHARE_PUBLIC: false },
  REMOTE_AGENTS: { USE: false, CREATE: false, SHARE: false, SHARE_PUBLIC: false },
  MCP_SERVERS: { USE: false, CREATE: false, SHARE: false, SHARE_PUBLIC: false, CONFIGURE_OBO: false },
  SKILLS: { USE: false, CREATE: false, SHARE: false, SHARE_PUBLIC: false },
  SHARED_LINKS: { CREATE: false, SHARE: false, SHARE_PUBLIC: false },
  PEOPLE_PICKER: { VIEW_USERS: false, VIEW_GROUPS: false, VIEW_ROLES: false },
  MULTI_CONVO: { USE: false },
  TEMPORARY_CHAT: { USE: false },
  RUN_CODE: { USE: false },
  WEB_SEARCH: { USE: false },
  MARKETPLACE: { USE: false },
  FILE_SEARCH: { USE: false },
  FILE_CITATIONS: { USE: false },
  SCHEDULES: { USE: false }
}

interface Constant { path: string, operationId: string, summary: string, params?: Record<string, TSchema>, answer: unknown }

/** Requests of LibreChat's web client for features that do not exist here, each with its constant response. */
const constants: Constant[] = [
  {
    path: '/endpoints',
    operationId: 'getEndpoints',
    summary: 'Endpoints that LibreChat\'s client shows: one, so that it opens conversations',
    answer: { openAI: { order: 0, type: 'openAI', userProvide: false } }
  },
  { path: '/endpoints/token-config', operationId: 'getTokenConfig', summary: 'Prices of models: none', answer: {} },
  { path: '/models', operationId: 'getModels', summary: 'Models of the endpoints that LibreChat\'s client shows', answer: { openAI: ['gpt-4o'] } },
  {
    path: '/roles/:role',
    operationId: 'getRole',
    summary: 'What a role may do in LibreChat\'s client: bookmarks and nothing else',
    params: { role: Type.String({ minLength: 1, maxLength: 64, examples: ['USER'] }) },
    answer: { permissions }
  },
  { path: '/banner', operationId: 'getBanner', summary: 'The banner: none', answer: null },
  { path: '/balance', operationId: 'getBalance', summary: 'The balance of tokens: there is no accounting', answer: { tokenCredits: 0, autoRefillEnabled: false } },
  { path: '/user/settings/favorites', operationId: 'listFavorites', summary: 'Favourite models: none', answer: [] },
  { path: '/presets', operationId: 'listPresets', summary: 'Presets: none', answer: [] },
  { path: '/projects', operationId: 'listProjects', summary: 'Projects: none', answer: { projects: [], nextCursor: null } },
  { path: '/files', operationId: 'listFiles', summary: 'Uploaded files: none', answer: [] },
  {
    path: '/files/config', operationId: 'getFileConfig', summary: 'What files may be uploaded: none', answer: { endpoints: { default: { disabled: true } } }
  },
  { path: '/files/speech/config/get', operationId: 'getSpeechConfig', summary: 'Speech input and output: none', answer: {} },
  { path: '/agents/chat/active', operationId: 'listActiveJobs', summary: 'Answers that are being written: none', answer: { activeJobIds: [] } },
  { path: '/agents/tools/calls', operationId: 'listToolCalls', summary: 'Results of tools: none', answer: [] },
  {
    path: '/agents/tools/:toolId/auth',
    operationId: 'getToolAuth',
    summary: 'Whether a tool can be used: no',
    params: { toolId: IdSchema },
    answer: { authenticated: false }
  },
  {
    path: '/share/link/:conversationId',
    operationId: 'getSharedLink',
    summary: 'The public link of a conversation: none',
    params: { conversationId: IdSchema },
    answer: { success: false, shareId: null }
  }
]

/** GET routes that LibreChat's own web client needs to run against this server alone (docs/librechat.md). */
const librechat: FastifyPluginAsyncTypebox = async (fastify) => {
  for (const { path, operationId, summary, params, answer } of constants) {
    fastify.get(path, {
      schema: {
        operationId,
        summary,
        tags: ['librechat'],
        security: requires('read'),
        ...(params && { params: Type.Object(params) }),
        response: { 200: schemaOf(answer), ...problems(...params ? [400] : []) }
      }
      // Sent as text, because null and lists are valid responses too.
    }, async (_request, reply) => reply.type('application/json; charset=utf-8').serializer(String).send(JSON.stringify(answer) as never))
  }
}

/** Returns a schema that accepts only this value, with the value as example. */
function schemaOf (value: unknown): TSchema {
  return { ...exactly(value), examples: [value] }
}

function exactly (value: unknown): TSchema {
  return { ...typed(value), description: 'The same for everybody.' }
}

function typed (value: unknown): TSchema {
  if (Array.isArray(value)) return Type.Array(value.length > 0 ? Type.String() : Type.Unknown(), { maxItems: value.length })
  if (value === null) return Type.Null()
  if (typeof value === 'object') {
    return Type.Object(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, exactly(member)])))
  }
  return typeof value === 'boolean' ? Type.Boolean() : typeof value === 'number' ? Type.Integer() : Type.String()
}

export default librechat
