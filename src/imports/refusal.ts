import { DomainError, type DomainErrorCode } from '../errors.js'

/*
 * Words for people. What refuses a whole file ends with a full stop. Reasons in a report do not, because they stand in
 * lists and inside other sentences.
 */

/** The error for a file that is refused as a whole. It says what the file is, and what to do where that is known. */
export function refusal (code: DomainErrorCode, message: string): DomainError {
  return new DomainError(code, asSentence(message))
}

/** With a full stop at its end. */
export function asSentence (text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** Without the full stop at its end. */
export function asReason (text: string): string {
  return text.replace(/\.$/, '')
}
