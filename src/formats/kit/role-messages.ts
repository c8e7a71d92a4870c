import { type JsonObject, type JsonValue, type MessageDraft } from './draft.js'
import { isObject, numberOf, objectOf, objectsOf, stringOf } from './json-value.js'
import { type MessageContent, readMessageContent, type ToolOutput, type ToolUse, toolText } from './message-content.js'
import { callPart, fromParts, textPart, thinkPart } from './message-parts.js'
import { kindOfType, readMedia } from './media.js'
import { joinRendered, type Rendered, renderedText } from './rendered.js'
import { mediaMetadata, readPages, withPages } from './citations.js'
import { splitThinking } from './thinking-tags.js'

/** A conversation given as a plain list of messages with roles. */
export interface RoleMessages {
  /** What the leading system messages say; null without any. */
  system: string | null
  /** One below the other; those with nothing to show are links. */
  messages: MessageDraft[]
}

const userRoles = new Set(['user', 'human', 'me', 'you', 'prompt'])
const assistantRoles = new Set(['assistant', 'ai', 'bot', 'model', 'chatbot', 'gpt', 'chatgpt', 'claude', 'gemini', 'response', 'llm', 'copilot', 'grok', 'deepseek', 'qwen'])
/** Roles that some programs write as the `type` of a message. */
const typedRoles = new Set(['user', 'human', 'ai', 'assistant', 'system'])
const systemRoles = new Set(['system', 'developer'])
const toolRoles = new Set(['tool', 'function'])

/** Whether an object looks like a message: who speaks, by a role everyone uses, and what. */
export function isRoleMessage (message: JsonValue | undefined): message is JsonObject {
  if (!isObject(message)) return false
  const role = roleOf(message)
  const isKnown = userRoles.has(role) || assistantRoles.has(role) || systemRoles.has(role) || toolRoles.has(role)
  return isKnown && contentMembers(message).some((content) => typeof content === 'string' || Array.isArray(content) || content === null)
}

/**
 * Reads messages like `{role, content}`, as every chat API and most small programs write them, in their order.
 * - `role` (or `sender`, `author`, `from`, a `type` like `human`) tells users from assistants; with an unknown one it is nobody's own and sent by that name.
 * - System messages are never shown; those that lead the list are `system`.
 * - Reasoning becomes `think` parts; calls become `tool_call` parts, in which the answers of tools are folded where
 *   their ids say so. An answer without its call is a message of its own.
 * - An answer that names no model is taken to be by `model`.
 * - Media become placeholders, cited pages a list of links below the text.
 */
export function readRoleMessages (list: JsonValue | undefined, model: string | null = null): RoleMessages {
  const read = objectsOf(list).map((message) => ({ message, role: roleOf(message), content: contentOf(message) }))
  const first = read.findIndex(({ role }) => !systemRoles.has(role))
  const leading = read.slice(0, first < 0 ? read.length : first).map(({ content }) => content.text).filter((text) => text !== '')
  const outputs = toolOutputs(read)
  return {
    system: leading.length > 0 ? leading.join('\n\n') : null,
    messages: read.map(({ message, role, content }, index) => ({
      key: String(index),
      parent: index === 0 ? null : String(index - 1),
      ...draft(message, role, content, outputs, model)
    }))
  }
}

/** What tools answered, by the ids of the calls. */
interface ToolOutputs {
  has (id: string): boolean
  /** The next answer to a call of this id, all that are left to the last such call; null where there is none. */
  take (id: string | null): string | null
}

function toolOutputs (read: ReadonlyArray<{ content: MessageContent }>): ToolOutputs {
  const queues = new Map<string, { calls: number, outputs: string[] }>()
  for (const { id } of read.flatMap(({ content }) => content.uses)) {
    if (id !== null) queues.set(id, { calls: (queues.get(id)?.calls ?? 0) + 1, outputs: [] })
  }
  for (const { id, output } of read.flatMap(({ content }) => content.outputs)) queues.get(id)?.outputs.push(output)
  return {
    has: (id) => queues.has(id),
    take (id) {
      const queue = queues.get(id ?? '')
      if (queue === undefined || queue.outputs.length === 0) return null
      return --queue.calls === 0 ? queue.outputs.splice(0).join('\n') : queue.outputs.shift() ?? null
    }
  }
}

function draft (message: JsonObject, role: string, content: MessageContent, outputs: ToolOutputs, model: string | null): Omit<MessageDraft, 'key' | 'parent'> {
  const isCreatedByUser = userRoles.has(role)
  // Outputs without their call would be lost with it.
  const orphans = content.outputs.filter(({ id }) => !outputs.has(id)).map(({ output }) => output)
  const pages = readPages(message.citations ?? message.sources)
  const text = withPages([content.text, ...orphans].filter((part) => part !== '').join('\n'), pages)
  const answer = isCreatedByUser ? [textPart(text)] : splitThinking(text)
  const calls = content.uses.map((use) => callPart(use, outputs.take(use.id)))
  const { keep, ...words } = fromParts([...content.thoughts.map(thinkPart), ...answer, ...calls])
  const tokens = numberOf(objectOf(message.usage).total_tokens) ?? numberOf(message.tokenCount)
  const sender = senderOf(message, role)
  return {
    ...words,
    keep: keep && !systemRoles.has(role),
    sourceId: stringOf(message.id) ?? stringOf(message.uuid),
    isCreatedByUser,
    ...(sender !== null && { sender }),
    model: isCreatedByUser ? null : stringOf(message.model) ?? stringOf(objectOf(message.model).id) ?? model,
    createdAt: messageTime(message),
    updatedAt: timeOf(message, ['updatedAt', 'updated_at', 'update_time']),
    metadata: mediaMetadata(content.assets, pages),
    ...(tokens !== null && !isCreatedByUser && { tokenCount: tokens })
  }
}

function contentOf (message: JsonObject): MessageContent {
  const given = contentMembers(message).filter((content) => content !== null && content !== undefined && content !== '')
  const read = readGiven(given)
  const thought = stringOf(message.reasoning_content) ?? stringOf(message.reasoning) ?? stringOf(message.thinking)
  const answered = toolRoles.has(roleOf(message)) ? stringOf(message.tool_call_id) ?? stringOf(message.toolCallId) : null
  const outputs: ToolOutput[] = answered === null ? read.outputs : [...read.outputs, { id: answered, output: read.text }]
  const files = attachmentsOf(message)
  return {
    ...read,
    text: answered === null ? joinRendered([read, files]).text : '',
    assets: [...read.assets, ...files.assets],
    thoughts: thought === null ? read.thoughts : [thought, ...read.thoughts],
    uses: [...read.uses, ...usesOf(message)],
    outputs
  }
}

/** Placeholders for the files that stand beside what is said. */
function attachmentsOf ({ attachments }: JsonObject): Rendered {
  return joinRendered(objectsOf(attachments).map((file) => {
    const name = stringOf(file.name) ?? stringOf(file.filename) ?? stringOf(file.fileName) ?? stringOf(file.file_name)
    const type = stringOf(file.mimeType) ?? stringOf(file.mime_type) ?? stringOf(file.contentType) ?? stringOf(file.type)
    return name === null ? renderedText(null) : readMedia({ kind: kindOfType(type), name, type })
  }))
}

/** The first of the members, and what `parts` beside a text have but text. */
function readGiven ([given, ...others]: Array<JsonValue | undefined>): MessageContent {
  const read = readMessageContent(given)
  const parts = others.find((other) => Array.isArray(other) && other.some(isObject))
  if (typeof given !== 'string' || parts === undefined) return read
  return { ...readMessageContent(parts), text: read.text }
}

function usesOf (message: JsonObject): ToolUse[] {
  const calls = [...objectsOf(message.tool_calls), ...(isObject(message.function_call) ? [{ function: message.function_call }] : [])]
  return calls.map((call: JsonObject) => {
    const { name, arguments: args } = isObject(call.function) ? call.function : call
    return { id: stringOf(call.id), name: stringOf(name) ?? 'tool', args: toolText(args) }
  })
}

/** The members that hold what is said. ChatGPT's old shape has `parts` in an object, LangChain has `data.content`. */
function contentMembers ({ content, text, parts, message, body, data }: JsonObject): Array<JsonValue | undefined> {
  const words = [message, body, objectOf(data).content].filter((member) => typeof member === 'string')
  return [isObject(content) && Array.isArray(content.parts) ? content.parts : content, text, parts, ...words]
}

function roleOf (message: JsonObject): string {
  return (speakerOf(message) ?? '').trim().toLowerCase()
}

function speakerOf (message: JsonObject): string | null {
  return stringOf(message.role) ?? stringOf(message.sender) ?? stringOf(message.from) ??
    stringOf(objectOf(message.author).role) ?? stringOf(message.author) ?? stringOf(message.speaker) ?? typedRole(message.type)
}

function typedRole (type: JsonValue | undefined): string | null {
  return typeof type === 'string' && typedRoles.has(type) ? type : null
}

function senderOf (message: JsonObject, role: string): string | null {
  if (userRoles.has(role) || assistantRoles.has(role)) return null
  return stringOf(message.name) ?? speakerOf(message)
}

/** When a message was written, by any of the usual names. */
export function messageTime (message: JsonObject): JsonValue | undefined {
  return timeOf(message, ['createdAt', 'created_at', 'create_time', 'timestamp', 'time', 'date', 'created', 'ts', 'datetime', 'sent_at', 'sentAt', 'inserted_at'])
}

function timeOf (message: JsonObject, names: string[]): JsonValue | undefined {
  return names.map((name) => message[name]).find((time) => time !== undefined && time !== null)
}
