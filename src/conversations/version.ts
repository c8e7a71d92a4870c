import { crc32 } from 'node:zlib'
import { DomainError } from '../errors.js'
import type { WholeConversation } from './view.js'

/** The version of a conversation: another one after any change of what its owner sees of it. */
export function versionOf ({ row, settings, messageCount }: Pick<WholeConversation, 'row' | 'settings' | 'messageCount'>): string {
  return crc32(`${row} ${messageCount} ${settings}`).toString(36)
}

/**
 * Makes sure that something still has one of the versions that its caller saw; undefined stands for any.
 * @throws {DomainError} PRECONDITION_FAILED.
 */
export function assertVersion (version: string, expected: readonly string[] | undefined) {
  if (expected === undefined || expected.includes(version)) return
  throw new DomainError('PRECONDITION_FAILED', 'It was changed since you read it; read it again')
}
