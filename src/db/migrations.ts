import type Sqlite from 'better-sqlite3'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { FileError } from './file-error.js'

/*
 * The version of a file is the number of migrations it has had. `user_version` holds it, and Drizzle's own table has the
 * text of each by its hash.
 */

/** Migrations in the order they run, as Drizzle reads them from the folder. */
export type Migrations = MigrationMeta[]

/** @throws when the folder has no journal, or the journal names a file that is not there. */
export function readMigrations (folder: string): Migrations {
  return readMigrationFiles({ migrationsFolder: folder })
}

/** Hashes of earlier texts of a migration that made equally good files. */
const earlierTexts = new Map([
  // 0001_triggers: one trigger more, which refuses messages without a conversation.
  ['979afb3992e2f2ac', 1]
])

/**
 * Returns how many of `migrations` the file has had: 0 for a new one.
 * @throws {FileError} when the file comes from a newer version, or from an early one that no migration leads on from.
 */
export function fileVersion (sqlite: Sqlite.Database, migrations: Migrations, path: string): number {
  const hashes = appliedHashes(sqlite)
  const counted = Math.max(hashes.length, Number(sqlite.pragma('user_version', { simple: true })))
  if (counted > migrations.length) {
    throw new FileError(`${path} was written by a newer version of Parley (${counted} migrations, this one knows ${migrations.length}); ` +
      'start that version, or restore a backup made before the upgrade')
  }
  const strange = hashes.findIndex((hash, n) => hash !== migrations[n]?.hash && earlierTexts.get(hash.slice(0, 16)) !== n)
  if (strange >= 0) {
    throw new FileError(`${path} was written by a version of Parley that was never released (its migration ${strange} differs); ` +
      'read it with that version, or set DATABASE_PATH to a new file')
  }
  return hashes.length
}

function appliedHashes (sqlite: Sqlite.Database): string[] {
  const has = sqlite.prepare('SELECT 1 FROM sqlite_schema WHERE name = \'__drizzle_migrations\'').get() !== undefined
  if (!has) return []
  return sqlite.prepare<[], string>('SELECT hash FROM __drizzle_migrations ORDER BY created_at').pluck().all()
}

/**
 * Runs the migrations a file has not had, all in one transaction, and counts them in `user_version`. `onStep` is called
 * before each with its number. Drizzle's own runner would hide why one failed: on a full disk SQLite ends the transaction
 * itself, and the runner then reports its own ROLLBACK as the failure.
 */
export function migrate (sqlite: Sqlite.Database, migrations: Migrations, path: string, onStep: (n: number) => void = () => {}) {
  const run = sqlite.transaction(() => {
    const version = fileVersion(sqlite, migrations, path)
    sqlite.exec('CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)')
    const remember = sqlite.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)')
    for (const [n, { sql, hash, folderMillis }] of migrations.entries()) {
      if (n < version) continue
      onStep(n)
      for (const statement of sql) sqlite.exec(statement)
      remember.run(hash, folderMillis)
    }
    sqlite.pragma(`user_version = ${migrations.length}`)
  })
  // A file that is up to date is not written to.
  const isCounted = sqlite.pragma('user_version', { simple: true }) === migrations.length
  if (!isCounted || fileVersion(sqlite, migrations, path) < migrations.length) run.immediate()
}
