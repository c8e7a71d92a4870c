import type { Db } from '../db/open.js'
import type { Writer } from '../writer/writer.js'
import { type Account, accountById } from './queries.js'

/** Milliseconds after which an account is read again although nothing was written here: another process may have. */
const LONGEST = 1000

/**
 * Looks accounts up as `accountById` does, once for many requests: what was read is good until the next commit, so
 * whoever is removed or disabled is out at once.
 */
export function knownAccounts ({ reader, writer }: { reader: Db, writer: Pick<Writer, 'commits'> }) {
  const known = new Map<string, Account>()
  let readAt = -Infinity
  let commits = -1

  return (id: string): Account | null => {
    const now = performance.now()
    if (commits !== writer.commits() || now - readAt > LONGEST) {
      known.clear()
      commits = writer.commits()
      readAt = now
    }
    const account = known.get(id) ?? accountById(reader, id)
    if (account) known.set(id, account)
    return account
  }
}
