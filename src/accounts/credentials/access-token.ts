import type { Database } from '../../writer/database.js'
import { cachedAccount, cachedSession } from '../session-queries.js'
import { provisionAccount } from '../user-commands.js'
import { ISSUER, readClaims, type ReadClaims } from './claims.js'
import type { Identity } from './identity.js'
import { knownClaims } from './known-claims.js'

/** Dependencies of `accessTokens`. */
export interface AccessTokenOptions {
  database: Pick<Database, 'reader' | 'writer'>
  /**
   * Checks the signature and the times of a token.
   * @throws when the token is not valid.
   */
  verify (token: string): unknown
  /** Whether tokens that another issuer signed with the same secret are accepted. They create the accounts they name. */
  acceptsForeign: boolean
}

/**
 * Returns a function that reads access tokens. It returns the identity, or null when the token is not valid. A token
 * that was signed here is valid while its session lasts, so signing out ends it at once.
 */
export function accessTokens ({ database: { reader, writer }, verify, acceptsForeign }: AccessTokenOptions) {
  const claimsOf = knownClaims(verified)

  return (token: string, now: number): Identity | null | Promise<Identity | null> => {
    const claims = claimsOf(token, now)
    if (!claims) return null
    return claims.issuer === ISSUER ? ofSession(claims, now) : ofForeign(claims)
  }

  function verified (token: string, now: number): ReadClaims | null {
    try {
      return readClaims(verify(token), now)
    } catch {
      // For some malformed tokens the verifier throws errors that are not its own. None of these tokens is valid.
      return null
    }
  }

  function ofSession ({ id, sessionId }: ReadClaims, now: number): Identity | null {
    const known = sessionId === null ? null : cachedSession(reader, sessionId)
    if (!known || known.account.id !== id || known.session.expiresAt <= now) return null
    return { ...known, key: null }
  }

  function ofForeign (claims: ReadClaims): Identity | null | Promise<Identity | null> {
    if (!acceptsForeign) return null
    const account = cachedAccount(reader, claims.id)
    return account ? { account, session: null, key: null } : provisioned(claims)
  }

  async function provisioned ({ id, email, username, provider }: ReadClaims): Promise<Identity | null> {
    await provisionAccount(writer, { id, email: email || null, username, provider: provider || 'local', now: Date.now() })
    // A disabled account returns null.
    const account = cachedAccount(reader, id)
    return account && { account, session: null, key: null }
  }
}
