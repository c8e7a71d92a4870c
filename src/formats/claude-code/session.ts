import { type AnswerParts, answerParts, type CallsById } from '../kit/answer-parts.js'
import { type ConversationDraft, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { compact, isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readMessageContent } from '../kit/message-content.js'
import { errorPart, fromParts, textPart } from '../kit/message-parts.js'
import { mediaMetadata } from '../kit/citations.js'

/** What a program wraps around the prompts, or in their place. */
const wrappers = /<(system-reminder|ide_[a-z_]+|local-command-caveat)>[\s\S]*?(?:<\/\1>|$)\s*/g
const command = /^\s*<(?:command-name|command-message|local-command-stdout|local-command-stderr|bash-input|bash-stdout|bash-stderr|user-memory-input)>/
const interruption = /^\[Request interrupted by user[^\]]*\]$/

/** A message in the making: a prompt, or all that is said up to the next one. */
interface Turn {
  draft: MessageDraft
  /** Only an answer has them; a prompt is whole at once. */
  answer: AnswerParts | null
  assets: JsonObject[]
}

/** The conversation in the lines of one session; a title names the line it is about. */
export function readSession (id: string, lines: readonly JsonObject[], titles: readonly JsonObject[]): ConversationDraft {
  const { turns, lineTurns } = readTurns(lines)
  const named = lines.findLast(({ type }) => type === 'custom-title' || type === 'ai-title')
  const summary = titles.findLast(({ leafUuid }) => lineTurns.has(stringOf(leafUuid) ?? ''))
  const messages = turns.map(finish)
  return {
    sourceId: id,
    title: stringOf(named?.customTitle) ?? stringOf(named?.aiTitle) ?? stringOf(summary?.summary),
    endpoint: 'anthropic',
    model: messages.findLast(({ model }) => model)?.model ?? null,
    messages
  }
}

function readTurns (lines: readonly JsonObject[]): { turns: Turn[], lineTurns: Map<string, Turn | null> } {
  const turns: Turn[] = []
  /** The turn that each line belongs to, by the line's id. */
  const lineTurns = new Map<string, Turn | null>()
  /** Where a command ended a turn, although it is no turn itself. */
  const answers = new Map<Turn | null, Turn>()
  const calls: CallsById = new Map()
  let before: Turn | null = null

  for (const line of lines) {
    const uuid = stringOf(line.uuid)
    if (uuid === null || lineTurns.has(uuid)) continue
    const parent = stringOf(line.parentUuid) ?? stringOf(line.logicalParentUuid)
    const above: Turn | null = lineTurns.get(parent ?? '') ?? (lineTurns.has(parent ?? '') ? null : before)
    const turn = readLine(line, uuid, above)
    lineTurns.set(uuid, turn)
    before = turn
  }
  return { turns, lineTurns }

  function readLine (line: JsonObject, uuid: string, above: Turn | null): Turn | null {
    const message = objectOf(line.message)
    if (line.type === 'assistant') return extend(answerBelow(above, line, uuid), line, message)
    if (line.type !== 'user' || line.isMeta === true || line.isCompactSummary === true) return above
    const blocks = isObject(message.content) ? [message.content] : message.content
    const results = objectsOf(blocks).filter(({ type }) => type === 'tool_result')
    if (results.length > 0) readResults(answerBelow(above, line, uuid), line, results)
    const { text, assets } = readMessageContent(withoutResults(blocks))
    const prompt = text.replace(wrappers, '').trim()
    if (interruption.test(prompt)) {
      if (above?.answer) above.draft.unfinished = true
      return above
    }
    if (command.test(prompt)) return begin({ keep: false, isCreatedByUser: true, text: '' }, line, uuid, above, [])
    if (prompt === '') return results.length > 0 ? answerBelow(above, line, uuid) : above
    return begin({ ...fromParts([textPart(prompt)]), isCreatedByUser: true, sender: 'user' }, line, uuid, above, assets)
  }

  function begin (words: Pick<MessageDraft, 'text' | 'isCreatedByUser'> & Partial<MessageDraft>, line: JsonObject, uuid: string, above: Turn | null, assets: JsonObject[]): Turn {
    const turn: Turn = {
      draft: {
        key: uuid,
        parent: above?.draft.key ?? null,
        sourceId: uuid,
        ...words,
        createdAt: line.timestamp,
        updatedAt: line.timestamp,
        metadata: { ...mediaMetadata(assets, []), ...compact({ cwd: line.cwd, gitBranch: line.gitBranch }) }
      },
      answer: words.isCreatedByUser ? null : answerParts(calls),
      assets
    }
    turns.push(turn)
    return turn
  }

  /** The answer that a line of Claude's goes on with: lines of one answer fork where its calls ran in parallel. */
  function answerBelow (above: Turn | null, line: JsonObject, uuid: string): Turn {
    if (above !== null && above.answer !== null) return above
    const known = answers.get(above)
    if (known !== undefined) return known
    const answer = begin({ isCreatedByUser: false, sender: 'Claude', text: '' }, line, uuid, above, [])
    answers.set(above, answer)
    return answer
  }
}

function extend (turn: Turn, line: JsonObject, message: JsonObject): Turn {
  const { draft, answer } = turn
  draft.updatedAt = line.timestamp
  const model = stringOf(message.model)
  if (model !== null && model !== '<synthetic>') draft.model = model
  for (const block of Array.isArray(message.content) ? message.content : [message.content ?? null]) {
    const { text, assets, thoughts, uses } = readMessageContent(block)
    for (const thought of thoughts) answer?.think(thought)
    if (text !== '' && line.isApiErrorMessage === true) answer?.part(errorPart(text))
    else if (text !== '') answer?.text(text)
    for (const use of uses) answer?.call(use)
    turn.assets.push(...assets)
  }
  return turn
}

function readResults (turn: Turn, line: JsonObject, results: readonly JsonObject[]) {
  turn.draft.updatedAt = line.timestamp
  for (const result of results) {
    const { text, assets } = readMessageContent(result.content)
    turn.answer?.output(stringOf(result.tool_use_id), text)
    turn.assets.push(...assets)
  }
}

function withoutResults (blocks: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(blocks) ? blocks.filter((block) => !isObject(block) || block.type !== 'tool_result') : blocks
}

function finish ({ draft, answer, assets }: Turn): MessageDraft {
  if (answer === null) return draft
  const parts = answer.parts()
  const isError = parts.length > 0 && parts.every(({ type }) => type === 'error')
  return { ...draft, ...fromParts(parts), error: isError, metadata: mediaMetadata(assets, []) }
}
