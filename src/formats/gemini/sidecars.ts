import type { Sidecar } from '../kit/draft.js'

/** What people find beside their history of Google Takeout and pick by mistake. */
export const takeoutSidecars: readonly Sidecar[] = [
  {
    what: 'a Gem of Gemini, or a list of them, which holds instructions only',
    take: 'MyActivity.json of "My Activity > Gemini Apps" in Google Takeout',
    matches: ({ name, instructions }) => typeof name === 'string' && typeof instructions === 'string'
  }
]
