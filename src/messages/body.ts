import type { Static, TObject } from '@sinclair/typebox'
import type { messageFields } from './schemas.js'

type Fields = Static<TObject<typeof messageFields>>

/** What the `body` column holds as JSON: every wire field of a message that has no column of its own. */
export type StoredBody = Omit<Fields, 'sender' | 'text' | 'isCreatedByUser' | 'unfinished' | 'error'> & {
  sender: string
  text: string
  isCreatedByUser: boolean
  unfinished: boolean
  error: boolean
}

/** A complete body of the fields that were given. */
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

/** The body as the `body` column keeps it: a JSON object that is never empty. */
export function writeBody (body: StoredBody) {
  return JSON.stringify(body)
}

export function readBody (json: string): StoredBody {
  return JSON.parse(json)
}
