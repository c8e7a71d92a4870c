import type Sqlite from 'better-sqlite3'

/** The most that one short command may do. */
export interface CommandLimits {
  statements: number
  /** Rows that its statements insert, update or delete; what triggers do is not counted. */
  rowsChanged: number
  /** What its statements return: bytes of blobs, UTF-16 code units of texts. */
  bytesRead: number
}

/** An edit reads its message before and after. The largest of the tests has 1 MiB; the largest that is accepted has 3. */
const BYTES_READ = 2 * 2 ** 20 + 2 ** 16

/**
 * The bound of every short command; a longer one has to be a bulk command. The tests run with these limits. The server does
 * not: counting takes time, and a command that fails in production helps nobody.
 */
export const SHORT_COMMAND_LIMITS: CommandLimits = { statements: 200, rowsChanged: 1000, bytesRead: BYTES_READ }

/** Counts what the statements of a connection do. Statements that were prepared before are not counted. */
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
    /** @throws when more was counted since the last reset than `limits` allow. */
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
