import type { Sidecar } from '../kit/draft.js'

/** What people find beside their history of LobeChat and pick by mistake. */
export const lobechatSidecars: readonly Sidecar[] = [
  {
    what: "LobeChat's agents or settings, without conversations",
    take: 'an export of all data from LobeChat',
    matches: (value) => value.exportType === 'agents' || value.exportType === 'settings'
  }
]
