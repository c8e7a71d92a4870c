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
