const DAY = 86_400_000

let known = { day: NaN, date: '' }

/**
 * A moment, in milliseconds since 1970, as `Date.toISOString` writes it. Times that are written together are mostly
 * of few days, so the date is worked out once for many: that takes a fifth of the time.
 */
export function isoTime (time: number): string {
  const day = Math.floor(time / DAY)
  if (day !== known.day) known = { day, date: new Date(day * DAY).toISOString().slice(0, -13) }
  const rest = time - day * DAY
  const [hours, minutes, seconds] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60]
  return `${known.date}${padded(hours)}:${padded(minutes)}:${padded(seconds)}.${padded(rest % 1000, 3)}Z`
}

function padded (value: number, digits = 2) {
  return String(value).padStart(digits, '0')
}
