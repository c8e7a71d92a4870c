import type { Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

const take = 'prod-grok-backend.json, or the whole zip as Grok sent it'

/** What people find beside their history of Grok and pick by mistake. */
export const grokSidecars: readonly Sidecar[] = [
  {
    what: 'account or sign-in data of Grok (prod-mc-auth.json), without conversations',
    take,
    matches: (value) => isObject(value.user) && Array.isArray(value.sessions)
  },
  {
    what: 'billing data of Grok (prod-mc-billing.json), without conversations',
    take,
    matches: (value) => ['balance_map', 'billing', 'invoices', 'subscriptions'].some((key) => key in value) && !('conversations' in value)
  }
]
