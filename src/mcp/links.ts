import { IdSchema } from '../schemas.js'

/** Longest id in a line of text. */
export const MAX_ID_CODE_POINTS = IdSchema.maxLength ?? 0

/** Returns the address of a conversation on the page, or of one of its messages. */
export function linkTo (address: string, conversationId: string, messageId: string | null = null): string {
  return `${address}/c/${encodeURIComponent(conversationId)}${messageId === null ? '' : `#m-${encodeURIComponent(messageId)}`}`
}
