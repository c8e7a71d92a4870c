import { type ContentPart, type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { compact, isObject, objectOf, stringOf } from '../kit/json-value.js'
import { searchSources } from './citations.js'
import { nameAssets } from './asset-names.js'
import { readContent, readThoughts } from './content.js'
import { foldPictures, isInstruction } from './replies.js'
import { isWidgetState, widgetReport } from './widget.js'
import { type TreeNode, readNodes } from '../kit/node-map.js'
import { projectTag } from './project.js'
import { chatgptSidecars } from './sidecars.js'

const reasoningTypes = new Set<unknown>(['thoughts', 'reasoning_recap'])
const contextTypes = new Set<unknown>(['user_editable_context', 'model_editable_context', 'app_pairing_content'])
const partialStatuses = new Set<unknown>(['in_progress', 'finished_partial_completion', 'error'])

/** A node as read; only an `answer` takes in the reasoning above it. */
interface ReadNode {
  kind: 'link' | 'reasoning' | 'answer' | 'other'
  draft: MessageDraft
  message: JsonObject | null
}

/**
 * ChatGPT's data export: one element per conversation, its messages in a `mapping` of nodes.
 *
 * Every node with something to see becomes one message, whatever its role: prose, code and tool calls (also as a
 * `tool_call` part), tool output, quoted pages, and media as placeholders. Content of an unknown type is shown by the
 * type's name at least. Only these do not become messages:
 * - Links. They have no message or nothing in it, the role `system`, custom instructions or memory. Or they are hidden, are
 *   what a tool tells only the model, or the state of a widget. Their children move to the nearest message above. A
 *   report in the state of a widget is an answer, though.
 * - Pictures that a tool made. They are part of the call that asked for them.
 * - Reasoning (`thoughts`, and a recap with `parts`). It is a `think` part of the first assistant message below it with
 *   nothing but links between. Where there is none, it is a message of its own.
 *
 * The project becomes a tag, custom instructions the system prompt. Files are named by the list in the archive.
 */
export const chatgpt: ImportFormat = {
  name: 'chatgpt',
  label: 'ChatGPT',
  sidecars: chatgptSidecars,

  matches ({ mapping }) {
    const nodes = Array.isArray(mapping) ? mapping : isObject(mapping) ? Object.values(mapping) : null
    if (nodes === null) return false
    return nodes.length === 0 || nodes.some((node) => isObject(node) && ('message' in node || 'parent' in node))
  },

  companion: (path) => /(?:^|\/)conversation_asset_file_names\.json$/i.test(path),

  convert (element, { companions }) {
    const defaultModel = stringOf(element.default_model_slug)
    const named = nameAssets(readNodes(element.mapping), companions)
    const nodes = named.map((node) => readNode(node, defaultModel))
    dropRepeatedReports(nodes)
    foldPictures(nodes)
    const messages = foldReasoning(nodes)
    const instructions = customInstructions(named)
    const project = projectTag(element)
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.conversation_id) ?? stringOf(element.id),
      title: stringOf(element.title),
      endpoint: 'openAI',
      model: defaultModel ?? messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.create_time,
      updatedAt: element.update_time,
      isArchived: element.is_archived === true,
      pinned: element.is_starred === true || Boolean(element.pinned_time),
      tags: project === null ? [] : [project],
      settings: instructions === null ? {} : { promptPrefix: instructions },
      messages
    }
    return [conversation]
  }
}

function readNode ({ key, parent, message }: TreeNode, defaultModel: string | null): ReadNode {
  const link: MessageDraft = { key, parent, keep: false, sourceId: key, isCreatedByUser: false, text: '' }
  if (message === null) return { kind: 'link', draft: link, message }
  if (isWidgetState(message)) return readWidget(link, message, defaultModel)
  if (isHidden(message) || isInstruction(message)) return { kind: 'link', draft: link, message }
  const described = describe(link, message, defaultModel)
  const reasoning = isReasoning(message)
  const draft = reasoning ? withReasoning(described, message) : withContent(described, message)
  if (draft.keep !== true) return { kind: 'link', draft, message }
  if (reasoning) return { kind: 'reasoning', draft, message }
  return { kind: objectOf(message.author).role === 'assistant' ? 'answer' : 'other', draft, message }
}

/** The report in the state of a widget, as the answer that it is. */
function readWidget (link: MessageDraft, message: JsonObject, defaultModel: string | null): ReadNode {
  const report = widgetReport(message)
  if (report === null) return { kind: 'link', draft: link, message }
  const answer = { ...message, ...report, id: message.id ?? null, author: { role: 'assistant' }, create_time: message.create_time, recipient: 'all', status: 'finished_successfully' }
  const draft = withContent(describe(link, answer, defaultModel), answer)
  return { kind: draft.keep === true ? 'answer' : 'link', draft, message }
}

/** A widget tells its state more than once. Of equal reports the first is taken, and of one that grew the last. */
function dropRepeatedReports (nodes: readonly ReadNode[]) {
  const reports: MessageDraft[] = []
  for (const { draft, message } of nodes) {
    if (draft.keep !== true || message === null || !isWidgetState(message)) continue
    if (reports.some(({ text }) => text === draft.text)) draft.keep = false
    for (const report of reports) if (report.text !== draft.text && draft.text.startsWith(report.text)) report.keep = false
    reports.push(draft)
  }
}

/** The user's own instructions, which ChatGPT keeps as a hidden message of each conversation. */
function customInstructions (nodes: ReadonlyArray<{ message: JsonObject | null }>): string | null {
  const contexts = nodes.map(({ message }) => message).filter((message) => objectOf(message?.content).content_type === 'user_editable_context')
  const texts = contexts.map((message) =>
    stringOf(objectOf(message?.content).user_instructions) ?? stringOf(objectOf(objectOf(message?.metadata).user_context_message_data).about_model_message))
  return texts.findLast((text) => text !== null) ?? null
}

function isHidden (message: JsonObject): boolean {
  const metadata = objectOf(message.metadata)
  return objectOf(message.author).role === 'system' ||
    metadata.is_visually_hidden_from_conversation === true ||
    metadata.is_user_system_message === true ||
    contextTypes.has(objectOf(message.content).content_type)
}

function isReasoning (message: JsonObject): boolean {
  return reasoningTypes.has(objectOf(message.content).content_type)
}

function describe (draft: MessageDraft, message: JsonObject, defaultModel: string | null): MessageDraft {
  const author = objectOf(message.author)
  const metadata = objectOf(message.metadata)
  const isCreatedByUser = author.role === 'user'
  const model = isCreatedByUser ? null : stringOf(metadata.model_slug) ?? stringOf(metadata.default_model_slug) ?? defaultModel
  return {
    ...draft,
    sourceId: stringOf(message.id) ?? draft.key,
    isCreatedByUser,
    sender: isCreatedByUser ? 'user' : author.role === 'tool' ? stringOf(author.name) ?? 'tool' : assistantName(model),
    model,
    createdAt: message.create_time,
    updatedAt: message.update_time,
    unfinished: partialStatuses.has(message.status)
  }
}

/** `GPT-4o` for `gpt-4o`, other models by their own name. */
function assistantName (model: string | null): string {
  const version = /gpt-(.+)/i.exec(model ?? '')?.[1]
  return version === undefined ? model ?? 'assistant' : `GPT-${version}`
}

function withReasoning (draft: MessageDraft, message: JsonObject): MessageDraft {
  const think = readThoughts(message)
  return think === '' ? draft : { ...draft, keep: true, content: [{ type: 'think', think }] }
}

function withContent (draft: MessageDraft, message: JsonObject): MessageDraft {
  const { text, assets } = readContent(message)
  const sources = searchSources(objectOf(message.metadata)).map(({ title, url }) => ({ title, url }))
  if (text === '') return draft
  const call = toolCall(message, text)
  return {
    ...draft,
    keep: true,
    text,
    error: objectOf(message.content).content_type === 'system_error',
    metadata: compact({ assets: orNull(assets), sources: orNull(sources) }),
    ...(call !== null && { content: [call] })
  }
}

/** The call of an assistant that speaks to a tool, code unfenced; the tool's reply is a message of its own. */
function toolCall (message: JsonObject, text: string): ContentPart | null {
  const name = stringOf(message.recipient)
  if (name === null || name === 'all' || objectOf(message.author).role !== 'assistant') return null
  const { content_type: type, text: code } = objectOf(message.content)
  const args = type === 'code' ? stringOf(code) ?? '' : text
  return { type: 'tool_call', tool_call: { name, args, progress: 1, type: 'tool_call' } }
}

function orNull (list: JsonValue[]): JsonValue {
  return list.length > 0 ? list : null
}

/** Moves each piece of reasoning into the answer it led to. */
function foldReasoning (nodes: readonly ReadNode[]): MessageDraft[] {
  const byKey = new Map(nodes.map((node) => [node.draft.key, node]))
  const passed = new Set<ReadNode>()
  const answers = nodes.map(({ kind, draft }) => {
    const thoughts = kind === 'answer' ? takeReasoning(draft.parent, byKey, passed) : []
    if (thoughts.length === 0) return draft
    const said: ContentPart[] = draft.content ?? [{ type: 'text', text: draft.text }]
    return { ...draft, content: [...thoughts, ...said] }
  })
  return answers.map((draft, index) => {
    const node = nodes[index]
    return node !== undefined && passed.has(node) ? { ...draft, keep: false } : draft
  })
}

/** The reasoning between a message and the next one above. Each node is passed once, which bounds the work and ends cycles. */
function takeReasoning (parent: string | null, byKey: ReadonlyMap<string, ReadNode>, passed: Set<ReadNode>): ContentPart[] {
  const thoughts: ContentPart[] = []
  let above = byKey.get(parent ?? '')
  while (above !== undefined && (above.kind === 'link' || above.kind === 'reasoning') && !passed.has(above)) {
    passed.add(above)
    if (above.kind === 'reasoning') thoughts.push(...above.draft.content ?? [])
    above = byKey.get(above.draft.parent ?? '')
  }
  return thoughts.reverse()
}
