import { isMainThread } from 'node:worker_threads'
import type BetterSqlite3 from 'better-sqlite3'

/*
 * better-sqlite3 in the version that this Node can load: 12 aborts on Node 24.19 and newer, and 13 needs Node 22. Drizzle
 * imports version 12 everywhere, but never opens a connection with it.
 */

const isOldNode = Number(process.versions.node.split('.')[0]) < 22

/** An open connection. */
export type Connection = BetterSqlite3.Database

/** The constructor of connections, with the class of their errors. */
export const Sqlite: typeof BetterSqlite3 = await load(isOldNode ? 'better-sqlite3' : 'better-sqlite3-13')

async function load (name: string) {
  try {
    return (await import(name)).default
  } catch (error) {
    // The main thread has loaded it, so it is installed.
    if (!isMainThread) throw error
    console.error(`${name} is not installed: run npm ci with this version of Node, and without --omit=optional`)
    process.exit(1)
  }
}
