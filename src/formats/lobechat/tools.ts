import { type JsonObject } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'
import { type LobeTables } from './tables.js'

/** Which messages of tools answer which calls, all by the places of messages in one conversation. */
export interface LobeAnswers {
  /** For a tool's message the message that made the call. */
  folded: Map<number, number>
  /** For a message with calls, by the ids of the calls, their outputs; null where none is known. */
  outputs: Map<number, Map<string, string | null>>
}

/**
 * Finds the call each tool's message answers by the call's id. Where several messages made calls of one id, it is the
 * message named as parent, else the last that is still without answer.
 */
export function answeredCalls (rows: readonly JsonObject[], { plugins }: LobeTables): LobeAnswers {
  const folded = new Map<number, number>()
  const outputs = rowOutputs(rows)
  const callers = new Map<string, number[]>()
  for (const [place, calls] of outputs) {
    for (const id of calls.keys()) {
      const list = callers.get(id)
      if (list === undefined) callers.set(id, [place])
      else list.push(place)
    }
  }
  const places = new Map(rows.map((row, place) => [stringOf(row.id), place]))
  for (const [place, row] of rows.entries()) {
    const callId = row.role === 'tool' ? callIdOf(row, plugins) : null
    if (callId === null) continue
    const waiting = callers.get(callId) ?? []
    while (waiting.length > 0 && !isWaiting(waiting.at(-1), callId)) waiting.pop()
    const parent = places.get(stringOf(row.parentId))
    const caller = isWaiting(parent, callId) ? parent : waiting.at(-1)
    if (caller === undefined) continue
    folded.set(place, caller)
    outputs.get(caller)?.set(callId, stringOf(row.content) ?? '')
  }
  return { folded, outputs }

  function isWaiting (caller: number | undefined, callId: string) {
    return caller !== undefined && outputs.get(caller)?.get(callId) === null
  }
}

function rowOutputs (rows: readonly JsonObject[]): Map<number, Map<string, string | null>> {
  return new Map(rows.map(({ tools }, place) =>
    [place, new Map(objectsOf(tools).flatMap(({ id }) => typeof id === 'string' ? [[id, null]] : []))]))
}

/** The plugin of a tool's message, in it or in a table of its own. */
export function pluginOf (row: JsonObject, plugins: LobeTables['plugins']): JsonObject {
  return objectsOf([row.plugin ?? null])[0] ?? plugins.get(stringOf(row.id) ?? '') ?? {}
}

function callIdOf (row: JsonObject, plugins: LobeTables['plugins']): string | null {
  return stringOf(row.tool_call_id) ?? stringOf(pluginOf(row, plugins).toolCallId)
}
