import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/connection.js'
import { prepared } from '../db/prepared.js'
import { serverSettings } from '../db/schema.js'
import { defineCommand } from '../writer/command.js'
import { isUnclaimed } from './user-queries.js'

const NAME = 'registration'

const statements = prepared((db: Db) => ({
  get: db.select({ value: serverSettings.value }).from(serverSettings).where(eq(serverSettings.name, NAME)).prepare(),
  set: db.insert(serverSettings).values({ name: NAME, value: sql.placeholder('value') })
    .onConflictDoUpdate({ target: serverSettings.name, set: { value: sql`excluded.value` } }).prepare()
}))

/**
 * Whether registration is open now. The first account can always be created. After that the administrator's decision
 * counts. Without a decision the environment's `isAllowed` counts.
 */
export function registrationOpen (db: Db, isAllowed: boolean): boolean {
  const decision = statements(db).get.get()?.value
  return isUnclaimed(db) || (decision === undefined ? isAllowed : decision === 'open')
}

/** Opens or closes registration. The decision survives a restart and overrides the environment. */
export const setRegistration = defineCommand({
  name: 'setRegistration',
  kind: 'short',
  run (db, { isOpen }: { isOpen: boolean }) {
    statements(db).set.run({ value: isOpen ? 'open' : 'closed' })
  }
})
