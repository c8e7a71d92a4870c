import { Type } from '@sinclair/typebox'

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** What an import did, entry by entry where an entry was not taken. */
export const ImportReportSchema = Type.Object({
  message: Type.String(),
  format: Type.String({ description: 'The formats that were found.' }),
  imported: count('New conversations.'),
  updated: count('Known conversations that got new messages.'),
  unchanged: count('Known conversations with nothing new.'),
  skipped: count('Sound entries with nothing to import.'),
  failed: count('Entries that could not be read.'),
  messages: count('New messages.'),
  errors: Type.Array(Type.Object({
    index: count('Number of the entry in the file, from 0.'),
    title: Type.Optional(Type.String()),
    reason: Type.String()
  }), { description: 'The skipped and failed entries, the first thousand of them.' })
}, {
  $id: 'ImportReport',
  examples: [{
    message: 'Conversation(s) imported successfully',
    format: 'chatgpt',
    imported: 2,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    failed: 1,
    messages: 19,
    errors: [{ index: 2, title: 'Corrupted entry', reason: 'The conversation has no mapping' }]
  }]
})
