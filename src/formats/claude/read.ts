import { type ConversationDraft, type ImportContext, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { parseTime } from '../kit/times.js'
import { readBlocks } from './blocks.js'
import { readClaudeFiles } from './files.js'
import { linkById, messageObjects } from '../kit/link-by-id.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'
import { claudeSidecars } from './sidecars.js'

/** A message and whether a person wrote it. */
interface Spoken { message: JsonObject, isCreatedByUser: boolean }

/**
 * Claude's data export (claude.ai), and the same conversations as its web client fetches them. There is one element per
 * conversation, its messages in `chat_messages`: linked by `parent_message_uuid` in newer exports, a line in older ones.
 *
 * Every entry of `chat_messages` with something to see becomes one message: prose, reasoning, tool calls, attached
 * text in fences, files as placeholders. Those without anything are links, whose children move to the nearest message
 * above. Inside a message, results of tools are folded into their calls, and `text`, which repeats `content` without
 * what old clients could not show, is read only where `content` has no prose.
 */
export const claude: ImportFormat = {
  name: 'claude',
  label: 'Claude',
  sidecars: claudeSidecars,

  // Exports of 2023 and 2024 have `messages`.
  matches ({ chat_messages: current, messages: old }) {
    return Array.isArray(current) || (Array.isArray(old) && old.some(isOldMessage))
  },

  companion: (path) => /(?:^|\/)projects(?:\.json$|\/[^/]+\.json$)/i.test(path),

  convert (element, { companions }) {
    const model = stringOf(element.model)
    const spoken = humanFirst(speakers(messageObjects(element.chat_messages ?? element.messages)))
    const links = linkById(spoken.map(({ message }) => ({ id: stringOf(message.uuid), parentId: stringOf(message.parent_message_uuid) })))
    const messages = spoken.map((spoken, index) => ({ ...links[index] ?? { key: String(index), parent: null }, ...readMessage(spoken, model) }))
    const project = stringOf(objectOf(element.project).name) ?? projectName(stringOf(element.project_uuid) ?? stringOf(objectOf(element.project).uuid), companions)
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.uuid) ?? stringOf(element.conversation_id) ?? stringOf(element.id),
      title: stringOf(element.name) ?? stringOf(element.title),
      endpoint: 'anthropic',
      model: model ?? messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.created_at ?? element.create_time,
      updatedAt: element.updated_at ?? element.update_time,
      isArchived: element.is_archived === true,
      pinned: element.is_starred === true,
      tags: project === null ? [] : [project],
      messages
    }
    return [conversation]
  }
}

function isOldMessage (message: JsonValue): boolean {
  return isObject(message) && typeof message.uuid === 'string' && (message.sender === 'human' || message.sender === 'assistant') && 'text' in message
}

/** The name that the export's list of projects, or a file for each of them, gives to one. */
function projectName (id: string | null, companions: ImportContext['companions']): string | null {
  if (id === null) return null
  const projects = companions.flatMap(({ value }) => Array.isArray(value) ? objectsOf(value) : [objectOf(value)])
  return stringOf(projects.find(({ uuid }) => uuid === id)?.name)
}

/** Who speaks; where the file does not say, both take turns and the person begins. */
function speakers (messages: readonly JsonObject[]): Spoken[] {
  let isCreatedByUser = false
  return messages.map((message) => {
    const sender = (stringOf(message.sender) ?? stringOf(message.role))?.toLowerCase()
    isCreatedByUser = sender === undefined ? !isCreatedByUser : sender === 'human' || sender === 'user'
    return { message, isCreatedByUser }
  })
}

/**
 * The messages in the order of the file. A few exports have a question behind its answer when both have the same time;
 * there the question comes first.
 */
function humanFirst (spoken: readonly Spoken[]): Spoken[] {
  const ordered = [...spoken]
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [before, answer, question] = [ordered[i - 1], ordered[i], ordered[i + 1]]
    if (answer === undefined || question === undefined) continue
    const isTurned = before?.isCreatedByUser !== true && !answer.isCreatedByUser && question.isCreatedByUser
    const time = parseTime(answer.message.created_at)
    if (isTurned && time !== null && time === parseTime(question.message.created_at)) ordered.splice(i, 2, question, answer)
  }
  return ordered
}

function readMessage ({ message, isCreatedByUser }: Spoken, conversationModel: string | null): Omit<MessageDraft, 'key' | 'parent'> {
  const blocks = readBlocks(message, isCreatedByUser)
  const files = readClaudeFiles(message)
  return {
    sourceId: stringOf(message.uuid),
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : 'Claude',
    ...fromParts([...blocks.parts, textPart(files.text)]),
    model: isCreatedByUser ? null : stringOf(message.model) ?? conversationModel,
    createdAt: message.created_at,
    updatedAt: message.updated_at,
    metadata: mediaMetadata([...blocks.assets, ...files.assets], []),
    unfinished: message.truncated === true
  }
}
