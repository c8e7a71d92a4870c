import { dictionary } from '@zxcvbn-ts/language-common'
import { serveThread } from '../threads/serve.js'

/*
 * The thread that unpacks the list of common passwords, see `password-rules.ts`.
 */

/** Passwords of the list that are refused. The list is sorted by frequency in leaks. */
const COMMON_PASSWORDS = 10_000

await serveThread<never, string[]>(() => dictionary['passwords-common'].slice(0, COMMON_PASSWORDS))
