import { COMMIT_UNCERTAIN, isDiskFull, isStorageFailure, storageCode } from './errors.js'

/** The error that a client gets for a failure of the machine. */
export interface ToldFailure {
  code: 'STORAGE_FULL' | 'STORAGE_UNAVAILABLE' | 'OUTCOME_UNKNOWN'
  message: string
  /** Seconds after which a retry makes sense, where a retry may help. */
  retryAfter?: number
}

const RETRY_AFTER_SECONDS = 30

const full: ToldFailure = { code: 'STORAGE_FULL', message: 'The disk is full; nothing was changed. Deleting works, and makes room' }
const unavailable: ToldFailure = {
  code: 'STORAGE_UNAVAILABLE', message: 'The storage cannot be used at the moment; nothing was changed', retryAfter: RETRY_AFTER_SECONDS
}
const unknown: ToldFailure = {
  code: 'OUTCOME_UNKNOWN',
  message: 'The storage failed while this was saved; it may or may not be there after the next start. Look before you send it again',
  retryAfter: RETRY_AFTER_SECONDS
}

/** Returns the client's error for a failure of the machine. Null for any other error (see `isStorageFailure`). */
export function toldFailure (error: unknown): ToldFailure | null {
  if (!isStorageFailure(error)) return null
  if (isDiskFull(error)) return full
  return storageCode(error) === COMMIT_UNCERTAIN ? unknown : unavailable
}
