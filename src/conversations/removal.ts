import type { Removal } from './commands.js'
import type { ThreadDeletion } from '../openai/remote-thread.js'

/** Returns what was removed, in the shape that LibreChat's clients expect. */
export function viewRemoval ({ conversations, messages }: Removal, thread?: ThreadDeletion | null) {
  return {
    acknowledged: true as const,
    deletedCount: conversations,
    messages: { acknowledged: true as const, deletedCount: messages },
    ...(thread && { thread })
  }
}
