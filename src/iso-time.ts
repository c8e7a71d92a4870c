const DAY_MS = 86_400_000

/** The date of the last call. */
let cached = { day: NaN, date: '' }

/**
 * Returns a time in Unix milliseconds as `Date.toISOString` does, in a fifth of its time. Times of one response are mostly
 * of few days, so the date of the last call is cached.
 */
export function isoTime (time: number): string {
  const day = Math.floor(time / DAY_MS)
  if (day !== cached.day) cached = { day, date: new Date(day * DAY_MS).toISOString().slice(0, -13) }
  const rest = time - day * DAY_MS
  const [hours, minutes, seconds] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60]
  return `${cached.date}${padded(hours)}:${padded(minutes)}:${padded(seconds)}.${padded(rest % 1000, 3)}Z`
}

function padded (value: number, digits = 2) {
  return String(value).padStart(digits, '0')
}
