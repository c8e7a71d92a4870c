import { type Static, Type } from '@sinclair/typebox'
import { DomainError } from '../errors.js'
import { exportFormats } from '../formats/export-formats.js'
import { type JobStatus, isOver } from '../jobs/jobs.js'
import { jobFields, viewJobError } from '../jobs/schemas.js'
import { SearchSchema } from '../paging/search.js'
import { IdSchema, TagNameSchema, TimeSchema } from '../schemas.js'
import { readFilters } from '../search/find/filter-query.js'
import type { Selection } from './selection.js'
import type { ExportJobProgress } from './service.js'

/** Conversations that one request can name. */
const MAX_NAMED_CONVERSATIONS = 10_000

export const ExportFormatSchema = Type.Union(exportFormats.map((name) => Type.Literal(name)), { description: 'See docs/export.md.' })

const BranchesSchema = Type.Union([Type.Literal('active'), Type.Literal('all')], {
  default: 'active',
  description: 'For `markdown`, `html` and `jsonl`: the branch that was written to last, or all. The other formats keep whole trees.'
})

const StyleSchema = Type.Union([Type.Literal('messages'), Type.Literal('sharegpt')], {
  default: 'messages', description: 'The shape of the lines of `jsonl`.'
})

/** The query string of an export of one conversation. */
export const ConversationExportQuerySchema = Type.Object({ format: ExportFormatSchema, branches: BranchesSchema, style: StyleSchema })

const FilterSchema = Type.Object({
  isArchived: Type.Optional(Type.Boolean({ description: 'Absent: archived ones and the others.' })),
  pinned: Type.Optional(Type.Boolean({ description: '`true` for pinned ones only.' })),
  tags: Type.Optional(Type.Array(TagNameSchema, { maxItems: 20, description: 'Those that carry any of these.' })),
  search: Type.Optional(SearchSchema),
  conversationIds: Type.Optional(Type.Array(IdSchema, {
    maxItems: MAX_NAMED_CONVERSATIONS, description: 'Exactly these; cannot be combined with other members.'
  }))
}, { additionalProperties: false, description: 'As in the list of conversations. Absent: everything.' })

/** The body of a request to start an export. */
export const ExportRequestSchema = Type.Object({
  format: ExportFormatSchema,
  branches: Type.Optional(BranchesSchema),
  style: Type.Optional(StyleSchema),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Only what has an `updatedAt` of this time or later. What was imported has the time of its source.', examples: ['2026-01-01T00:00:00Z'] })),
  filter: Type.Optional(FilterSchema)
}, { additionalProperties: false, examples: [{ format: 'markdown', filter: { tags: ['travel'] } }] })

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** How an export stands. */
export const ExportStatusSchema = Type.Object({
  ...jobFields,
  format: ExportFormatSchema,
  conversations: count('Conversations that were written.'),
  conversationsTotal: count('Conversations that were selected; 0 until they are counted.'),
  bytes: count('Size of the file so far.'),
  fileName: Type.Optional(Type.String({ description: 'Once it is done: the name of the file.' })),
  expiresAt: Type.Optional(Type.Unsafe<string>({ ...TimeSchema, description: 'Once it is done: until when the file can be downloaded.' }))
}, {
  $id: 'ExportStatus',
  examples: [{ id: '0192f3c5-1111-7000-8000-000000000002', state: 'running', format: 'markdown', conversations: 120, conversationsTotal: 4000, bytes: 1048576 }]
})

/**
 * Reads which conversations a request is about. Operators in the search count as in the list.
 * @throws {DomainError} INVALID for `conversationIds` beside other members, and for a value that an operator does not take.
 */
export function readSelection ({ since, filter = {} }: Pick<Static<typeof ExportRequestSchema>, 'since' | 'filter'>): Selection {
  if (filter.conversationIds && Object.keys(filter).length > 1) {
    throw new DomainError('INVALID', 'conversationIds cannot be combined with other members', 'filter.conversationIds')
  }
  const { isArchived, pinned = false, search, ...selected } = filter
  const { words, filter: { facets = [], isArchived: saidArchived, pinned: isPinnedSaid = false, ...conditions }, isArchivedSaid } = readFilters({}, search ?? '')
  const wanted = isArchivedSaid ? saidArchived : isArchived
  return {
    ...selected,
    search: words,
    facets,
    conditions,
    pinned: pinned || isPinnedSaid,
    ...(wanted !== undefined && { isArchived: wanted }),
    ...(since !== undefined && { since: Date.parse(since) })
  }
}

/** An export as its owner sees it. A failure that is not about the request keeps its details to itself. */
export function viewExport ({ id, state, progress, error }: JobStatus<ExportJobProgress>): Static<typeof ExportStatusSchema> {
  const { format, done, total, bytes, file } = progress
  return {
    id,
    state,
    format,
    conversations: done,
    conversationsTotal: total,
    bytes,
    ...(file && isOver({ state }) && { fileName: file.name, expiresAt: new Date(file.expiresAt).toISOString() }),
    ...(error && { error: viewJobError(error, 'there is no file') })
  }
}
