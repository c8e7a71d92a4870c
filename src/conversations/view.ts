import type { Removal } from './commands.js'
import type { ThreadDeletion } from './remote-thread.js'
import type { Conversation } from './row.js'
import type { ConversationView } from './schemas.js'

/** A stored conversation as its owner sees it; what is not set is left out. */
export function viewConversation (row: Conversation, userId: string): ConversationView {
  return {
    // Settings come first so that nothing stored among them can stand in for a column.
    ...JSON.parse(row.settings),
    conversationId: row.conversationId,
    user: userId,
    title: row.title,
    ...set({
      endpoint: row.endpoint,
      endpointType: row.endpointType,
      model: row.model,
      agent_id: row.agentId,
      assistant_id: row.assistantId,
      spec: row.spec,
      iconURL: row.iconUrl
    }),
    tags: JSON.parse(row.tags),
    isArchived: row.isArchived === 1,
    pinned: row.pinned === 1,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
    messageCount: row.messageCount,
    ...(row.forkedFromConversation !== null && {
      forkedFrom: {
        conversationId: row.forkedFromConversation,
        ...set({ messageId: row.forkedFromMessage })
      }
    })
  }
}

/** What was removed, in the shape LibreChat's clients know. */
export function viewRemoval ({ conversations, messages }: Removal, thread?: ThreadDeletion | null) {
  return {
    acknowledged: true as const,
    deletedCount: conversations,
    messages: { acknowledged: true as const, deletedCount: messages },
    ...(thread && { thread })
  }
}

function set <T extends Record<string, string | null>> (values: T): { [K in keyof T]?: string } {
  const given = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(given) as { [K in keyof T]?: string }
}
