import type { Sidecar } from '../kit/draft.js'

const take = 'conversations.json, or the whole zip as Claude sent it'

/** What people find beside their history of Claude and pick by mistake. */
export const claudeSidecars: readonly Sidecar[] = [
  {
    what: 'the list of users of a Claude export (users.json)',
    take,
    matches: (value) => typeof value.email_address === 'string'
  },
  {
    what: 'the projects of a Claude export (projects.json), without the conversations in them',
    take,
    matches: (value) => 'prompt_template' in value || (Array.isArray(value.docs) && typeof value.uuid === 'string')
  },
  {
    what: 'what Claude remembers about a user (memories.json)',
    take,
    matches: (value) => 'conversations_memory' in value || Array.isArray(value.memory_files)
  }
]
