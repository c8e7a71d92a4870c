import type Sqlite from 'better-sqlite3'

/** Limits of one short command. */
export interface CommandLimits {
  statements: number
  /** Rows that its statements insert, update or delete. Rows changed by triggers are not counted. */
  rowsChanged: number
  /** Size of the rows that its statements return, in bytes of blobs and UTF-16 units of texts. */
  bytesRead: number
}

/** An edit reads its message twice. The largest message in the tests has 1 MiB, the largest accepted one 3 MiB. */
const MAX_BYTES_READ = 2 * 2 ** 20 + 2 ** 16

/**
 * The limits of every short command in tests. A longer write must be a bulk command. The server runs without the limits,
 * because counting takes time and a failing command would not help its user.
 */
export const SHORT_COMMAND_LIMITS: CommandLimits = { statements: 200, rowsChanged: 1000, bytesRead: MAX_BYTES_READ }

/** Counts the work of all statements that are prepared on a connection after this call. */
export function meterStatements (sqlite: Sqlite.Database) {
  const used: CommandLimits = { statements: 0, rowsChanged: 0, bytesRead: 0 }

  function read <T> (value: T): T {
    used.bytesRead += sizeOf(value)
    return value
  }

  function counted (statement: Sqlite.Statement): Sqlite.Statement {
    const { run, get, all, iterate } = statement
    return Object.assign(statement, {
      run (...parameters: unknown[]) {
        used.statements++
        const result = run.apply(statement, parameters)
        used.rowsChanged += result.changes
        return result
      },
      get (...parameters: unknown[]) {
        used.statements++
        return read(get.apply(statement, parameters))
      },
      all (...parameters: unknown[]) {
        used.statements++
        return read(all.apply(statement, parameters))
      },
      * iterate (...parameters: unknown[]) {
        used.statements++
        for (const row of iterate.apply(statement, parameters)) yield read(row)
      }
    })
  }

  const prepare = sqlite.prepare.bind(sqlite)
  Object.assign(sqlite, { prepare: (source: string) => counted(prepare(source)) })

  return {
    reset () {
      Object.assign(used, { statements: 0, rowsChanged: 0, bytesRead: 0 })
    },
    /** @throws when the work since the last reset exceeds `limits`. */
    assertWithin (limits: CommandLimits, name: string) {
      for (const [what, limit] of Object.entries(limits)) {
        const count = used[what as keyof CommandLimits]
        if (count > limit) throw new Error(`The short command ${name} exceeds its limit of ${what}: ${count} of ${limit}`)
      }
    }
  }
}

function sizeOf (value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Buffer.isBuffer(value)) return value.byteLength
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, member) => sum + sizeOf(member), 0)
}
