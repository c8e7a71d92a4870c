import type { Scope } from '../../scopes.js'
import type { AccountKey } from '../key-queries.js'
import type { AccountSession } from '../session-queries.js'
import type { Account } from '../user-queries.js'

/** Who is asking, and by what. */
export interface Identity {
  account: Account
  /** The session of an access token; null for a key and for a token that was signed elsewhere. */
  session: AccountSession['session'] | null
  /** The API key that was sent; null for an access token, which may do all that its account may. */
  key: AccountKey['key'] | null
}

/**
 * Why somebody may not do what needs this scope; null when they may. A route that needs no scope is not for keys, and the
 * scope `admin` is for administrators only.
 */
export function refusalOf ({ account, key }: Identity, scope: Scope | null): string | null {
  if (key && scope === null) return 'This cannot be done with an API key; sign in'
  if (key && scope !== null && !key.scopes.includes(scope)) return `This API key does not have the scope ${scope}`
  if (scope === 'admin' && account.role !== 'ADMIN') return 'Only administrators can do this'
  return null
}
