import { type Static, Type } from '@sinclair/typebox'
import type { JobStatus } from '../jobs/jobs.js'
import { jobFields, viewJobError } from '../jobs/schemas.js'
import { IdSchema } from '../schemas.js'
import type { ImportProgress } from './report.js'

const count = (description: string) => Type.Integer({ minimum: 0, description })

const counts = {
  dryRun: Type.Boolean({ description: 'Whether nothing was stored, and this only tells what an import of the file would do.' }),
  format: Type.String({ description: 'The formats that were found.' }),
  imported: count('New conversations.'),
  updated: count('Known conversations that got new messages, newer texts or a new title.'),
  unchanged: count('Known conversations with nothing new.'),
  skipped: count('Sound entries with nothing to import.'),
  failed: count('Entries that could not be read.'),
  messages: count('New messages.'),
  conversations: Type.Array(Type.Object({
    conversationId: IdSchema,
    title: Type.String(),
    outcome: Type.Union([Type.Literal('imported'), Type.Literal('updated')], { description: 'Whether it is new, or was here and was changed.' })
  }), {
    description: 'The new and the changed conversations, the first two hundred of them. They can be read once the import is done. ' +
      'Empty for a dry run.'
  }),
  errors: Type.Array(Type.Object({
    index: count('Number of the entry in the file, from 0.'),
    title: Type.Optional(Type.String()),
    reason: Type.String()
  }, { title: 'ImportError' }), { description: 'The skipped and failed entries, the first thousand of them.' }),
  unread: Type.Array(Type.Object({ name: Type.String({ description: 'Of the file, or of the part.' }), reason: Type.String() }, { title: 'UnreadFile' }), {
    description: 'Files of an archive, and parts of a file, that were not read and why, the first thousand of them.'
  })
}

const example = {
  dryRun: false,
  format: 'chatgpt',
  imported: 2,
  updated: 0,
  unchanged: 0,
  skipped: 0,
  failed: 1,
  messages: 19,
  conversations: [{ conversationId: '0192f3c5-2222-7000-8000-000000000001', title: 'Sourdough starter', outcome: 'imported' }],
  errors: [{ index: 2, title: 'Corrupted entry', reason: 'The conversation has no mapping' }],
  unread: [{ name: 'user.json', reason: 'It is an account profile (user.json)' }]
}

/** What an import did, entry by entry where an entry was not taken. */
export const ImportReportSchema = Type.Object({ message: Type.String(), ...counts }, {
  $id: 'ImportReport', examples: [{ message: 'Conversation(s) imported successfully', ...example }]
})

/** How an import stands. */
export const ImportStatusSchema = Type.Object({
  ...jobFields,
  bytesRead: count('How much of the file has been read.'),
  bytesTotal: count('How large it is, unpacked.'),
  ...counts
}, {
  $id: 'ImportStatus',
  examples: [{ id: '0192f3c5-1111-7000-8000-000000000001', state: 'running', bytesRead: 1048576, bytesTotal: 9437184, ...example }]
})

/** An import as its owner sees it. A failure that is not about the file keeps its details to itself. */
export function viewImport ({ id, state, progress: { report, ...bytes }, error }: JobStatus<ImportProgress>): Static<typeof ImportStatusSchema> {
  return { id, state, ...bytes, ...report, ...(error && { error: viewJobError(error, 'nothing was imported') }) }
}
