import type { Sidecar } from '../kit/draft.js'

/** What people find beside the messages of Jan and pick by mistake. */
export const janSidecars: readonly Sidecar[] = [
  {
    what: 'the settings of a thread of Jan (thread.json), without its messages',
    take: 'messages.jsonl beside it',
    matches: ({ object, assistants, title, messages }) => object === 'thread' || (Array.isArray(assistants) && typeof title === 'string' && messages === undefined)
  }
]
