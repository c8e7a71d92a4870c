import type { Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

/** What people find beside their history of TypingMind and pick by mistake. */
export const typingmindSidecars: readonly Sidecar[] = [
  {
    what: 'the index of a TypingMind export (data.json), whose chats are in the files beside it',
    take: 'the whole zip as TypingMind made it, or its files chats-0.json and so on',
    matches: ({ data }) => isObject(data) && isObject(data.chats) && Array.isArray(data.chats.chunks)
  }
]
