import type { Removal } from './commands.js'
import type { ThreadDeletion } from '../openai/remote-thread.js'

/** What was removed, in the shape LibreChat's clients know. */
export function viewRemoval ({ conversations, messages }: Removal, thread?: ThreadDeletion | null) {
  return {
    acknowledged: true as const,
    deletedCount: conversations,
    messages: { acknowledged: true as const, deletedCount: messages },
    ...(thread && { thread })
  }
}
