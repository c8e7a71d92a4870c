import { type AccessTokenOptions, accessTokens } from './access-token.js'
import { type ApiKeyOptions, apiKeys } from './api-key.js'
import type { Credential } from './credential.js'
import type { Identity } from './identity.js'

/**
 * The one place where a credential becomes an account with scopes; a new kind of credential is one reader here. What it
 * returns tells who is asking, or null when the credential is not good. The answer is a promise only when it has to be.
 */
export function createIdentify (options: AccessTokenOptions & ApiKeyOptions) {
  const readers = { token: accessTokens(options), key: apiKeys(options) }
  return ({ kind, text }: Credential, now: number): Identity | null | Promise<Identity | null> => readers[kind](text, now)
}
