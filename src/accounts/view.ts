import type { AccessClaims } from './credentials/claims.js'
import type { ApiKey } from './key-queries.js'
import type { ApiKeyView, ListedUserView, SessionView, UserView } from './schemas.js'
import type { ListedSession } from './session-queries.js'
import type { Usage } from './usage.js'
import type { Account, ListedAccount } from './user-queries.js'

const iso = (time: number) => new Date(time).toISOString()
const isoOrNull = (time: number | null) => time === null ? null : iso(time)

/** Returns an account in its wire shape. */
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
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt)
  }
}

/** Returns an account in the wire shape for administrators. */
export function viewListedUser (user: ListedAccount & Usage): ListedUserView {
  const { id, name, username, email, provider, role, disabledAt, conversations, bytes, createdAt, updatedAt } = user
  return {
    id,
    name,
    username,
    email: email ?? '',
    provider,
    role,
    isDisabled: disabledAt !== null,
    conversations,
    bytes,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt)
  }
}

/** Returns a session in its wire shape. `currentId` is the session of the request. */
export function viewSession ({ id, userAgent, createdAt, lastUsedAt, expiresAt }: ListedSession, currentId: string | undefined): SessionView {
  return { id, userAgent, isCurrent: id === currentId, createdAt: iso(createdAt), lastUsedAt: iso(lastUsedAt), expiresAt: iso(expiresAt) }
}

/** Returns a key in its wire shape. */
export function viewKey ({ createdAt, expiresAt, lastUsedAt, ...key }: ApiKey): ApiKeyView {
  return { ...key, createdAt: iso(createdAt), expiresAt: isoOrNull(expiresAt), lastUsedAt: isoOrNull(lastUsedAt) }
}

/** Returns the claims of an access token for an account and its session. */
export function claimsOf ({ id, username, provider, email }: Account, sessionId: string): AccessClaims {
  return { id, username, provider, email: email ?? '', sid: sessionId }
}
