import { dictionary } from '@zxcvbn-ts/language-common'
import { serveThread } from '../threads/serve.js'

/*
 * The thread that unpacks the list of common passwords, see `password-rules.ts`.
 */

/** How many of the list's passwords are refused; it is sorted by how often they occur in leaks. */
const COMMON_PASSWORDS = 10_000

await serveThread<never, string[]>(() => dictionary['passwords-common'].slice(0, COMMON_PASSWORDS))
