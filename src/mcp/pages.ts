import { type Static, Type } from '@sinclair/typebox'
import type { ConversationRowSchema } from '../conversations/schemas.js'
import { headline } from '../formats/markdown/message.js'
import { TagNameSchema } from '../schemas.js'
import { type ListQuerySchema, readListQuery } from '../search/find/list-query.js'
import { cleanLine, firstCodePoints } from '../text.js'
import { factsOf } from './facts.js'
import { linkTo, MAX_ID_CODE_POINTS } from './links.js'
import { inputs, NOTICE } from './texts.js'
import type { McpContext } from './tool.js'

/** Conversations of one page. */
export const MAX_RESULTS = 50
const DEFAULT_RESULTS = 10

/** Limits of one result, so that a page is never long. */
const MAX_SHOWN_TITLE_CODE_POINTS = 200
const MAX_SHOWN_TAGS = 20

const time = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }))
const name = (description: string) => Type.Optional(Type.String({ maxLength: 256, description }))

/** Inputs that narrow a page of conversations. */
export const pageInputs = {
  after: time(inputs.after),
  before: time(inputs.before),
  source: name(inputs.source),
  model: name(inputs.model),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: TagNameSchema.maxLength ?? 0 }), { maxItems: 20, description: inputs.tags })),
  archived: Type.Union([Type.Literal('any'), Type.Literal('true'), Type.Literal('false')], { default: 'any', description: inputs.archived }),
  limit: Type.Integer({ minimum: 1, maximum: MAX_RESULTS, default: DEFAULT_RESULTS, description: inputs.limit }),
  cursor: Type.Optional(Type.String({ maxLength: 4096, description: inputs.cursor }))
}

const nullableText = Type.Union([Type.String(), Type.Null()])

/** A conversation in a result. */
export const ResultSchema = Type.Object({
  conversationId: Type.String(),
  title: Type.String(),
  url: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  source: nullableText,
  model: nullableText,
  tags: Type.Array(Type.String()),
  messageCount: Type.Integer(),
  messageId: Type.Optional(nullableText),
  snippet: Type.Optional(Type.String())
})

/** A conversation in a result. `messageId` and `snippet` are there for a search of words. */
export type Result = Static<typeof ResultSchema>

/** A page of results. */
export const PageSchema = Type.Object({
  notice: Type.Literal(NOTICE),
  conversations: Type.Array(ResultSchema),
  nextCursor: nullableText,
  correctedSearch: Type.Optional(Type.String()),
  anyCount: Type.Optional(Type.Integer()),
  indexedShare: Type.Optional(Type.Number())
})

type Row = Static<typeof ConversationRowSchema>
interface RowPage { conversations: Row[], nextCursor: string | null, correctedSearch?: string, anyCount?: number, indexedShare?: number }
type PageQuery = Omit<Static<typeof ListQuerySchema>, 'isArchived' | 'pinned' | 'sortDirection' | 'limit' | 'tags'> & { limit: number }

/**
 * Returns a page of the caller's conversations, as the list of the API does.
 * @throws {DomainError} INVALID with the name of the field; INVALID_CURSOR.
 */
export async function findResults ({ db, userNo, address, findPage }: McpContext, { limit, ...query }: PageQuery): Promise<Static<typeof PageSchema>> {
  const request = readListQuery({ isArchived: 'false', pinned: 'false', sortDirection: 'desc', tags: [], limit: String(limit), ...query })
  const { conversations, ...rest }: RowPage = JSON.parse(await findPage(request))
  const results = conversations.map(({ conversationId, title, createdAt, updatedAt, model, tags, match }): Result => ({
    conversationId,
    title: firstCodePoints(title, MAX_SHOWN_TITLE_CODE_POINTS),
    url: linkTo(address, conversationId, match?.messageId),
    createdAt,
    updatedAt,
    model: model ?? null,
    tags: tags.slice(0, MAX_SHOWN_TAGS),
    ...factsOf(db, userNo, conversationId) ?? { source: null, messageCount: 0 },
    ...(match && { messageId: match.messageId, snippet: plainText(match.snippet) })
  }))
  return { notice: NOTICE, conversations: results, ...rest }
}

/** Returns a page as text. `found` says how many there are. */
export function pageText ({ conversations, nextCursor }: Static<typeof PageSchema>, found: string): string {
  const more = nextCursor === null ? '' : `\n\nThere may be more. For the next page repeat the call with cursor: ${nextCursor}`
  return [`${NOTICE}\n\n${found}${more}`, ...conversations.map(resultText)].join('\n\n')
}

/** Returns a number with its noun, such as `1 message` or `2 messages`. */
export function counted (count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function resultText ({ title, snippet, tags, source, model, messageId, ...result }: Result, index: number): string {
  const lines = [
    `conversationId: ${cleanLine(result.conversationId, MAX_ID_CODE_POINTS)}`,
    messageId && `messageId: ${cleanLine(messageId, MAX_ID_CODE_POINTS)}`,
    result.url,
    `${result.createdAt.slice(0, 10)} to ${result.updatedAt.slice(0, 10)}, ${counted(result.messageCount, 'message')}`,
    source && `source: ${headline(source)}`,
    model && `model: ${headline(model)}`,
    tags.length > 0 && `tags: ${tags.map(headline).join(', ')}`,
    snippet && `> ${snippet}`
  ]
  return `${index + 1}. **${headline(title)}**\n${lines.filter(Boolean).map((line) => `   ${line}`).join('\n')}`
}

const characters: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': '\'' }

/** Returns the text of a snippet (`search/find/snippet.ts`) without its marks and escapes. */
function plainText (html: string): string {
  return html.replace(/<\/?mark>/g, '').replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters[entity] ?? entity)
}
