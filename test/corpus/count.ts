import { type Chat, chatsOf, type Said } from './chats.js'

/** What a file holds, as far as anyone can see. */
export interface Count {
  conversations: number
  messages: number
  /** Messages with more than one answer. */
  forks: number
  /** Messages that answer nothing. */
  roots: number
  /** Milliseconds since the epoch; null where the file dates no message. */
  earliest: number | null
  latest: number | null
  /** Models that answered, sorted. */
  models: string[]
}

/**
 * Counts an export file of `format` (its folder among the fixtures). Knows nothing of the importer: the two agree
 * only when both read the file rightly.
 */
export function countFile (format: string, json: unknown): Count {
  const chats = chatsOf(format, json).filter((chat) => chat.some(({ visible }) => visible))
  const visible = chats.flatMap((chat) => chat.filter(({ visible }) => visible))
  const answers = chats.map(countAnswers)
  const times = chats.flatMap(timesOf)
  return {
    conversations: chats.length,
    messages: visible.length,
    forks: answers.flatMap((counts) => [...counts].filter(([id, count]) => id !== null && count > 1)).length,
    roots: answers.reduce((roots, counts) => roots + (counts.get(null) ?? 0), 0),
    earliest: times.length === 0 ? null : Math.min(...times),
    latest: times.length === 0 ? null : Math.max(...times),
    models: [...new Set(visible.map(({ model }) => model).filter((model) => model !== null))].sort()
  }
}

/** How many visible messages answer each visible message, whatever lies between them; null is the beginning. */
function countAnswers (chat: Chat): Map<string | null, number> {
  const byId = new Map(chat.map((said) => [said.id, said]))
  const counts = new Map<string | null, number>()
  for (const said of chat.filter(({ visible }) => visible)) {
    const above = visibleAbove(said, byId)
    counts.set(above, (counts.get(above) ?? 0) + 1)
  }
  return counts
}

/** The times of the visible messages that have any, no answer older than what it answers. */
function timesOf (chat: Chat): number[] {
  const byId = new Map(chat.map((said) => [said.id, said]))
  const times = new Map<string, number>()
  const timeOf = (said: Said | undefined): number => {
    if (said === undefined) return 0
    const known = times.get(said.id)
    if (known !== undefined) return known
    times.set(said.id, 0)
    const time = Math.max(said.visible ? said.time ?? 0 : 0, timeOf(byId.get(said.parent ?? '')))
    times.set(said.id, time)
    return time
  }
  return chat.filter(({ visible, time }) => visible && time !== null).map(timeOf)
}

function visibleAbove (said: Said, byId: Map<string, Said>): string | null {
  let above = byId.get(said.parent ?? '')
  while (above !== undefined && !above.visible) above = byId.get(above.parent ?? '')
  return above?.id ?? null
}
