const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The milliseconds that a setting such as `90m`, `24h` or `7d` stands for. */
export function intervalMs (setting: string): number {
  const unit = unitMs[setting.slice(-1)]
  if (unit === undefined) throw new Error(`${setting} has no unit of time`)
  return Number(setting.slice(0, -1)) * unit
}

/** Returns a function that returns true once a day: at its first call within the given hour, in the time of the machine. */
export function dayTask (hour: number): (now: Date) => boolean {
  let lastDay = ''
  return (now) => {
    const day = now.toDateString()
    if (now.getHours() !== hour || day === lastDay) return false
    lastDay = day
    return true
  }
}

/** Time after which a backup that failed is tried again, unless backups are made more often. */
export const RETRY_MS = 3_600_000

/** When the last backup was made, and when one was last begun. Null where there was none. In milliseconds since 1970. */
export interface BackupTimes { madeAt: number | null, begunAt: number | null }

/** Whether a backup is due. A time that is ahead of the clock does not count: the clock was set back since. */
export function isBackupDue ({ madeAt, begunAt }: BackupTimes, everyMs: number, now: number): boolean {
  const isOver = (time: number | null, ms: number) => time === null || time > now || now - time >= ms
  return isOver(madeAt, everyMs) && isOver(begunAt, Math.min(everyMs, RETRY_MS))
}
