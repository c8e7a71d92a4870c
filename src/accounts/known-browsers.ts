import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Marks that show that a browser has signed in to an account before: `nonce.mac`, kept in a cookie. A mark grants no
 * access. With it the owner avoids the delays of `guess-limit.ts` while others guess at the account. OWASP calls this a
 * device cookie.
 */
export function createBrowserMarks (secret: string) {
  const macOf = (userId: string, nonce: string) =>
    createHmac('sha256', secret).update(`browser of ${userId} ${nonce}`).digest('base64url')

  return {
    /** Returns a new mark for a browser that has just signed in. */
    make (userId: string): string {
      const nonce = randomBytes(12).toString('base64url')
      return `${nonce}.${macOf(userId, nonce)}`
    },

    /** Whether this server made the mark for this account. */
    isMarkOf (userId: string, mark: string): boolean {
      const [nonce = '', mac = ''] = mark.split('.')
      const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(userId, nonce))]
      return given.length === expected.length && timingSafeEqual(given, expected)
    }
  }
}

/** What `createBrowserMarks` returns. */
export type BrowserMarks = ReturnType<typeof createBrowserMarks>
