import { randomUUID } from 'node:crypto'
import { titleKey } from '../src/search/index/title-key.js'
import { beginImport, publishImport, stageConversations } from '../src/imports/commands.js'
import type { StagedConversation, StagedMessage } from '../src/imports/rows.js'
import { newBody } from '../src/messages/body.js'
import { messageWords, titleWords } from '../src/search/index/entries.js'
import type { Writer } from '../src/writer/writer.js'

/** A message as a test describes it; its text is its id unless given, its time a millisecond after the one before. */
export interface Told {
  messageId: string
  parentMessageId?: string | null | undefined
  createdAt?: number
  updatedAt?: number
  /** Complete JSON. */
  body?: string
}

/** When a described conversation began. */
export const start = Date.parse('2024-03-01T12:00:00Z')

/**
 * Stores a conversation with its messages exactly as described, in the order given and whatever they name as parents,
 * through the commands of an import. Answers its id.
 */
export async function storeConversation (writer: Writer, userNo: number, messages: Told[], row: Partial<StagedConversation> = {}): Promise<string> {
  const conversationId = randomUUID()
  const title = row.title ?? 'Trip to Lisbon'
  const conversation: StagedConversation = {
    index: 0,
    source: 'test',
    sourceId: conversationId,
    fingerprint: '',
    conversationId,
    title,
    titleKey: titleKey(title),
    titleWords: titleWords(userNo, title),
    endpoint: 'openAI',
    model: 'gpt-4o',
    endpointType: null,
    agentId: null,
    assistantId: null,
    spec: null,
    iconUrl: null,
    tags: '[]',
    settings: '{}',
    isArchived: 0,
    archivedAt: null,
    pinned: 0,
    createdAt: start,
    updatedAt: start,
    versionAt: null,
    contentHash: null,
    messages: messages.map((told, index) => stagedMessage(userNo, told, start + index)),
    ...row
  }
  const partitionNo = await beginImport(writer, { userNo, now: start })
  await stageConversations(writer, { userNo, partitionNo, restoreDeleted: false, conversations: [conversation] })
  await publishImport(writer, { userNo, partitionNo, now: start })
  return conversationId
}

function stagedMessage (userNo: number, told: Told, now: number): StagedMessage {
  const body = told.body ?? JSON.stringify(newBody({ text: told.messageId }))
  return {
    messageId: told.messageId,
    parentMessageId: told.parentMessageId ?? null,
    sourceId: told.messageId,
    parentSourceId: null,
    body,
    words: messageWords(userNo, JSON.parse(body)),
    createdAt: told.createdAt ?? now,
    updatedAt: told.updatedAt ?? told.createdAt ?? now
  }
}

/** A conversation of `size` messages: a chain of the first half, and a branch of one message off each of its links. */
export function chainWithBranches (size: number, prefix: string, text: (index: number) => string = (index) => `Message ${index}`): Told[] {
  const half = size / 2
  return Array.from({ length: size }, (_, index) => {
    const parent = index < half ? index - 1 : index - half
    return {
      messageId: `${prefix}-${index}`,
      parentMessageId: parent < 0 ? null : `${prefix}-${parent}`,
      body: JSON.stringify(newBody({ text: text(index), isCreatedByUser: index % 2 === 0 }))
    }
  })
}
