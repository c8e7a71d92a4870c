import { type AccessTokenOptions, accessTokens } from './access-token.js'
import { type ApiKeyOptions, apiKeys } from './api-key.js'
import type { Credential } from './credential.js'
import type { Identity } from './identity.js'

/**
 * The one place where a credential becomes an account with scopes. A new kind of credential is a value of `kind` in
 * `credential.ts`, which recognizes it, and a reader here. The function returns the identity, or null when the credential
 * is not valid. It returns a promise only when it must wait.
 */
export function createIdentify (options: AccessTokenOptions & ApiKeyOptions) {
  const readers = { token: accessTokens(options), key: apiKeys(options) }
  return ({ kind, text }: Credential, now: number): Identity | null | Promise<Identity | null> => readers[kind](text, now)
}
