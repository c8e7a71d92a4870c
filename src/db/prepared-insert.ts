import { getTableColumns, sql } from 'drizzle-orm'
import type { SQLiteInsertValue, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db } from './connection.js'

/**
 * Prepares an INSERT of one row, and returns the function that runs it. A column that the row leaves out gets the default
 * of the schema, or NULL.
 */
export function preparedInsert <T extends SQLiteTable> (db: Db, table: T): (row: T['$inferInsert']) => void {
  const columns = Object.entries(getTableColumns(table)).filter(([, column]) => column.generated === undefined)
  const placeholders = Object.fromEntries(columns.map(([name]) => [name, sql.placeholder(name)]))
  const defaults = Object.fromEntries(columns.map(([name, column]) => [name, column.default ?? null]))
  const insert = db.insert(table).values(placeholders as SQLiteInsertValue<T>).prepare()
  return (row) => { insert.run({ ...defaults, ...row }) }
}
