import type { Static, TObject } from '@sinclair/typebox'
import type { messageFields } from './schemas.js'

type Fields = Static<TObject<typeof messageFields>>

/** The JSON in the column `body`: the wire fields of a message without a column of their own. */
export type StoredBody = Omit<Fields, 'sender' | 'text' | 'isCreatedByUser' | 'unfinished' | 'error'> & {
  sender: string
  text: string
  isCreatedByUser: boolean
  unfinished: boolean
  error: boolean
}

/** Makes a body. Absent fields get their defaults. */
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
