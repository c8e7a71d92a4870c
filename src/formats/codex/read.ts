import { type AnswerParts, answerParts, type CallsById } from '../kit/answer-parts.js'
import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMessageContent, toolText } from '../kit/message-content.js'
import { fromParts, textPart } from '../kit/message-parts.js'
import { splitBefore } from '../kit/split-before.js'
import { mediaMetadata } from '../kit/citations.js'

const lineTypes = new Set<unknown>(['session_meta', 'turn_context', 'response_item', 'event_msg', 'compacted'])

/** What Codex has the user say about itself and the machine. */
const preamble = /^\s*(?:<(?:environment_context|user_instructions|turn_aborted|permissions instructions|collaboration_mode|skills?|subagent_notification)\b|# AGENTS\.md instructions)/
/** What stands around a picture. */
const pictureTag = /^\s*<\/?image\b[^>]*>\s*$/
/** What editors put before the prompt: the files that are open. */
const editorContext = /^# Context from my IDE setup:[\s\S]*?\n## My request for Codex:\s*/

/**
 * A session of OpenAI's Codex, `rollout-*.jsonl`: every line is `{timestamp, type, payload}`.
 *
 * Every prompt is a message of the user. All that the model says, thinks and calls up to the next one is one answer, with
 * the outputs of tools in their calls. What Codex says about the machine, messages of the role `developer`, encrypted
 * reasoning and events that repeat messages are left out; where the file has nothing but events, they are read. After
 * turns were rolled back, the next prompt is a branch.
 */
export const codex: ImportFormat = {
  name: 'codex',
  label: 'Codex',
  collects: true,

  matches ({ type, payload }) {
    return lineTypes.has(type) && isObject(payload)
  },

  convert ({ messages }) {
    return sessionsIn(objectsOf(messages)).map(readSession)
  }
}

/** The lines of each session. One that was forked begins with the head of the session it goes on with. */
function sessionsIn (lines: readonly JsonObject[]): JsonObject[][] {
  return splitBefore(lines, ({ type }, before) => type === 'session_meta' && before.some(({ type }) => type === 'response_item'))
}

function readSession (lines: readonly JsonObject[]): ConversationDraft {
  const about = objectOf(lines.find(({ type }) => type === 'session_meta')?.payload)
  const drafts = readLines(lines, compact({ cwd: about.cwd, gitBranch: objectOf(about.git).branch }))
  return {
    sourceId: stringOf(about.id),
    title: stringOf(objectOf(lines.findLast(({ payload }) => objectOf(payload).type === 'thread_name_updated')?.payload).thread_name),
    endpoint: 'openAI',
    model: drafts.findLast(({ model }) => model)?.model ?? null,
    createdAt: about.timestamp ?? lines[0]?.timestamp,
    messages: drafts
  }
}

function readLines (lines: readonly JsonObject[], place: JsonObject): MessageDraft[] {
  const items = lines.filter(({ type }) => type === 'response_item').map(({ payload }) => objectOf(payload))
  const hasMessages = items.some(({ type }) => type === 'message')
  const hasThoughts = items.some((item) => item.type === 'reasoning' && thoughtsOf(item) !== '')
  const drafts: MessageDraft[] = []
  const calls: CallsById = new Map()
  let model: string | null = null
  let last: string | null = null
  let answer: AnswerParts | null = null
  let assets: JsonObject[] = []
  const finishers: Array<() => void> = []

  for (const { timestamp, type, payload } of lines) {
    const item = objectOf(payload)
    if (type === 'turn_context') model = stringOf(item.model) ?? model
    else if (type === 'response_item') readItem(item, timestamp)
    else if (type === 'event_msg' && item.type === 'thread_rolled_back') rollBack(numberOf(item.num_turns) ?? 0)
    else if (type === 'event_msg' && !(item.type === 'agent_reasoning' ? hasThoughts : hasMessages)) readItem(asItem(item), timestamp)
  }
  for (const finish of finishers) finish()
  return drafts

  function readItem (item: JsonObject, timestamp: JsonValue | undefined) {
    switch (item.type) {
      case 'message': return readMessage(item, timestamp)
      case 'reasoning': return answerAt(timestamp).think(thoughtsOf(item))
      case 'function_call':
      case 'custom_tool_call': return answerAt(timestamp).call({ id: stringOf(item.call_id) ?? stringOf(item.id), name: stringOf(item.name) ?? 'tool', args: toolText(item.arguments ?? item.input) })
      case 'local_shell_call': return answerAt(timestamp).call({ id: stringOf(item.call_id) ?? stringOf(item.id), name: 'shell', args: toolText(item.action) })
      case 'web_search_call': return answerAt(timestamp).call({ id: stringOf(item.id), name: 'web_search', args: toolText(objectOf(item.action).query ?? item.action) })
      case 'function_call_output':
      case 'custom_tool_call_output': return answerAt(timestamp).output(stringOf(item.call_id), outputText(item.output))
    }
  }

  function readMessage ({ role, content }: JsonObject, timestamp: JsonValue | undefined) {
    const items = Array.isArray(content) ? content.filter((item) => !isAside(stringOf(objectOf(item).text) ?? '')) : content
    if ((role !== 'user' && role !== 'assistant') || (typeof items === 'string' && preamble.test(items))) return
    const read = readMessageContent(items)
    if (read.text === '') return
    if (role === 'assistant') {
      answerAt(timestamp).text(read.text)
      assets.push(...read.assets)
      return
    }
    answer = null
    const isFirst = drafts.length === 0
    add({ isCreatedByUser: true, sender: 'user', ...fromParts([textPart(read.text.replace(editorContext, ''))]), metadata: { ...mediaMetadata(read.assets, []), ...(isFirst && place) } }, timestamp)
  }

  /** The answer that is being given, or a new one. */
  function answerAt (timestamp: JsonValue | undefined): AnswerParts {
    if (answer !== null) {
      const draft = drafts.at(-1)
      if (draft !== undefined) draft.updatedAt = timestamp
      return answer
    }
    const parts = answerParts(calls)
    const own: JsonObject[] = []
    answer = parts
    assets = own
    const draft = add({ isCreatedByUser: false, sender: 'Codex', text: '', model }, timestamp)
    finishers.push(() => { Object.assign(draft, fromParts(parts.parts()), { metadata: mediaMetadata(own, []) }) })
    return parts
  }

  function add (words: Pick<MessageDraft, 'text' | 'isCreatedByUser'> & Partial<MessageDraft>, timestamp: JsonValue | undefined): MessageDraft {
    const time = stringOf(timestamp)
    const draft: MessageDraft = {
      key: String(drafts.length),
      parent: last,
      // Messages have no ids, but the time of their first line stays.
      sourceId: time === null ? null : `${words.isCreatedByUser ? 'user' : 'assistant'} ${time}`,
      createdAt: timestamp,
      ...words
    }
    drafts.push(draft)
    last = draft.key
    return draft
  }

  function rollBack (turns: number) {
    const prompts = pathTo(last).filter(({ isCreatedByUser }) => isCreatedByUser)
    const undone = turns > 0 ? prompts[Math.min(turns, prompts.length) - 1] : undefined
    if (undone === undefined) return
    last = undone.parent
    answer = null
  }

  function pathTo (key: string | null): MessageDraft[] {
    const path: MessageDraft[] = []
    for (let draft = drafts[Number(key ?? -1)]; draft !== undefined; draft = drafts[Number(draft.parent ?? -1)]) path.push(draft)
    return path
  }
}

function isAside (text: string): boolean {
  return preamble.test(text) || pictureTag.test(text)
}

/** What is readable of reasoning. */
function thoughtsOf ({ summary, content }: JsonObject): string {
  return [...objectsOf(summary), ...objectsOf(content)].map(({ text }) => stringOf(text)).filter((text) => text !== null).join('\n\n')
}

/** An event that repeats a message, as the message. */
function asItem ({ type, message, text }: JsonObject): JsonObject {
  switch (type) {
    case 'user_message': return { type: 'message', role: 'user', content: message }
    case 'agent_message': return { type: 'message', role: 'assistant', content: message }
    case 'agent_reasoning': return { type: 'reasoning', summary: [{ text }] }
  }
  return {}
}

/** Outputs are text, often JSON with the text as `output`, or parts. */
function outputText (output: JsonValue | undefined): string {
  if (Array.isArray(output)) return readMessageContent(output).text
  if (isObject(output)) return toolText(output.output ?? output.content ?? output)
  if (typeof output !== 'string' || !output.startsWith('{')) return toolText(output)
  try {
    const { output: text } = objectOf(JSON.parse(output))
    return typeof text === 'string' ? text : output
  } catch {
    return output
  }
}
