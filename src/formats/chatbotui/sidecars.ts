import type { Sidecar } from '../kit/draft.js'

/** What people find beside their history of ChatbotUI and pick by mistake. */
export const chatbotuiSidecars: readonly Sidecar[] = [
  {
    what: "ChatbotUI's folders and prompts; this version of it exports no conversations",
    take: 'an export of an earlier version',
    matches: (value) => Array.isArray(value.folders) && Array.isArray(value.prompts) && !('history' in value)
  }
]
