import type { Db } from './connection.js'
import { prepared } from './prepared.js'
import { partitions } from './schema.js'

const statements = prepared((db: Db) => ({
  read: db.select({ no: partitions.no }).from(partitions).limit(1).prepare()
}))

/**
 * Reads a row, if there is one.
 * @throws when the file cannot be read.
 */
export function assertReadable (db: Db) {
  statements(db).read.get()
}
