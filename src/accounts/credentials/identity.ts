import type { Scope } from '../../scopes.js'
import type { AccountKey } from '../key-queries.js'
import type { AccountSession } from '../session-queries.js'
import type { Account } from '../user-queries.js'

/** The caller of a request and the credential that was used. */
export interface Identity {
  account: Account
  /** The session of an access token. Null for a key and for a token of another issuer. */
  session: AccountSession['session'] | null
  /** The API key that was sent. Null for an access token, which has all rights of its account. */
  key: AccountKey['key'] | null
}

/**
 * Returns why an identity is refused this scope, or null when it has the scope. A route without a scope takes no keys.
 * The scope `admin` is for administrators only.
 */
export function refusalOf ({ account, key }: Identity, scope: Scope | null): string | null {
  if (key && scope === null) return 'This cannot be done with an API key; sign in'
  if (key && scope !== null && !key.scopes.includes(scope)) return `This API key does not have the scope ${scope}`
  if (scope === 'admin' && account.role !== 'ADMIN') return 'Only administrators can do this'
  return null
}
