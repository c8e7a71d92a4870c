import { crc32 } from 'node:zlib'
import type { Message } from './find.js'

/** Returns the version of a message. It changes with any change of its body or its parent. */
export function versionOfMessage ({ updatedAt, parentMessageId, body }: Pick<Message, 'updatedAt' | 'parentMessageId' | 'body'>): string {
  return `${updatedAt.toString(36)}-${crc32(body, crc32(parentMessageId ?? '')).toString(36)}`
}
