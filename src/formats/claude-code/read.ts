import { type ConversationDraft, type ImportContext, type ImportFormat, type JsonObject } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'
import { claudeCodeSidecars } from './sidecars.js'
import { readSession } from './session.js'

/** Lines that Claude Code writes beside those of the talk, without the id of a session. */
const machinery = new Set<unknown>(['file-history-snapshot', 'attribution-snapshot', 'queue-operation', 'summary'])
/** Members of what is said, and of other programs' lines. */
const foreignMembers = ['content', 'text', 'message', 'role', 'parts', 'messages', 'payload', 'startTime']

/**
 * A session of Claude Code, `~/.claude/projects/<folder>/<session>.jsonl`: a line for each piece of the talk, linked by
 * `uuid` and `parentUuid`.
 *
 * Every prompt is a message of the user. All that Claude says, thinks and calls up to the next prompt is one answer,
 * with the results of tools folded into their calls. A prompt whose parent has another one below it was rewound to, and
 * is a branch. Sub-agents (`isSidechain`) are left out and counted; compaction is passed over; lines of commands and of
 * the program's own are no part of the talk. The title is that of a `summary` about a line of the session, which may stand
 * in the file of a later session.
 */
export const claudeCode: ImportFormat = {
  name: 'claude-code',
  label: 'Claude Code',
  collects: true,
  sidecars: claudeCodeSidecars,

  matches (line) {
    if (typeof line.type !== 'string') return false
    if (machinery.has(line.type)) return ['leafUuid', 'messageId', 'snapshot', 'operation'].some((key) => key in line)
    // The types of lines that are no talk change with every version.
    return typeof line.sessionId === 'string' &&
      (typeof line.uuid === 'string' || 'parentUuid' in line || !foreignMembers.some((name) => name in line))
  },

  headline: ({ type }) => type === 'summary',

  convert ({ messages }, context) {
    const lines = objectsOf(messages)
    countSidechains(lines, context)
    const sessions = new Map<string, JsonObject[]>()
    for (const line of lines) {
      const id = stringOf(line.sessionId)
      if (id === null || isSidechain(line)) continue
      const session = sessions.get(id)
      if (session === undefined) sessions.set(id, [line])
      else session.push(line)
    }
    const own = lines.filter(({ type }) => type === 'summary')
    const titles = [...context.companions.flatMap(({ value }) => objectsOf(value)), ...own]
    return [...sessions].map(([id, lines]): ConversationDraft => readSession(id, lines, titles))
  }
}

function isSidechain ({ isSidechain, agentId }: JsonObject): boolean {
  return isSidechain === true || (isSidechain === undefined && typeof agentId === 'string')
}

function countSidechains (lines: readonly JsonObject[], { leaveOut }: ImportContext) {
  const count = lines.filter((line) => isSidechain(line) && line.message !== undefined).length
  if (count > 0) leaveOut(`Messages of sub-agents (side chains) were left out: ${count}`)
}
