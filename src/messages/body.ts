import type { Static, TObject } from '@sinclair/typebox'
import type { messageFields } from './schemas.js'

type Fields = Static<TObject<typeof messageFields>>

/** What the column `body` holds as JSON: the wire fields of a message that have no column of their own. */
export type StoredBody = Omit<Fields, 'sender' | 'text' | 'isCreatedByUser' | 'unfinished' | 'error'> & {
  sender: string
  text: string
  isCreatedByUser: boolean
  unfinished: boolean
  error: boolean
}

/** Makes a body: what the fields leave out gets its default. */
export function newBody (fields: Fields): StoredBody {
  const isCreatedByUser = fields.isCreatedByUser ?? false
  return {
    sender: isCreatedByUser ? 'User' : 'Assistant',
    text: '',
    unfinished: false,
    error: false,
    ...fields,
    isCreatedByUser
  }
}

/** Writes a body for the column `body`. The JSON object is never empty, which `stream.ts` relies on. */
export function writeBody (body: StoredBody) {
  return JSON.stringify(body)
}

/** Reads the column `body`. */
export function readBody (json: string): StoredBody {
  return JSON.parse(json)
}
