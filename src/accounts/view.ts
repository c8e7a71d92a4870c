import type { Account } from './queries.js'
import type { AccessClaims } from './claims.js'
import type { UserView } from './schemas.js'

/** An account in its wire shape. */
export function viewAccount ({ id, name, username, email, provider, role, createdAt, updatedAt }: Account): UserView {
  return {
    _id: id,
    id,
    name,
    username,
    email: email ?? '',
    avatar: '',
    provider,
    role,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString()
  }
}

/** What an access token says of an account. */
export function claimsOf ({ id, username, provider, email }: Account): AccessClaims {
  return { id, username, provider, email: email ?? '' }
}
