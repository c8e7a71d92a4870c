import type { Sidecar } from '../kit/draft.js'

const take = 'the folder "projects" as a zip, or a .jsonl file in it'

/** What people find beside the sessions of Claude Code and pick by mistake. */
export const claudeCodeSidecars: readonly Sidecar[] = [
  {
    what: 'the list of prompts typed into Claude Code (history.jsonl), without the answers',
    take,
    matches: ({ display, project, timestamp }) => typeof display === 'string' && typeof project === 'string' && timestamp !== undefined
  },
  {
    what: 'the index of the sessions of Claude Code (sessions-index.json), without what was said in them',
    take,
    matches: ({ version, entries, originalPath }) => version !== undefined && Array.isArray(entries) && typeof originalPath === 'string'
  }
]
