import { localTime } from './local-time.js'

/**
 * The last accepted time, one day before the year 10000, so that children lifted past their parents still have
 * the four-digit years of ISO 8601.
 */
const maxTime = Date.UTC(9999, 11, 31)
/** Numbers above this are milliseconds; as seconds it would be the year 5138. */
const maxSeconds = 1e11
const isoTime = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * Milliseconds since the epoch of a time as exports write it, or null when it is none. Read are seconds (with fraction) and
 * milliseconds, either as text too, ISO 8601 (UTC where it names no zone), local times in the spellings of {@link localTime},
 * and MongoDB's `{$date}` in its three spellings.
 * Zero, negative and non-finite numbers and years after 9999 count as missing.
 */
export function parseTime (value: unknown): number | null {
  const date = member(value, '$date')
  if (date === undefined) return parseScalar(value)
  if (typeof date === 'number') return inRange(date)
  const long = member(date, '$numberLong')
  return long === undefined ? parseScalar(date) : inRange(Number(long))
}

function parseScalar (value: unknown): number | null {
  if (typeof value === 'number') return inRange(value > maxSeconds ? value : value * 1000)
  if (typeof value !== 'string' || value.length > 64) return null
  const text = value.trim()
  return /^\d+(\.\d+)?$/.test(text) ? parseScalar(Number(text)) : parseIso(text)
}

function parseIso (text: string): number | null {
  const match = isoTime.exec(text) ?? isoTime.exec(localTime(text) ?? '')
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const midnight = new Date(Date.UTC(year, month - 1, day))
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null
  if (hour > 23 || minute > 59 || second > 60) return null
  const fraction = Number(`0${(match[7] ?? '').replace(',', '.')}`)
  const time = midnight.getTime() + ((hour * 60 + minute) * 60 + second + fraction) * 1000
  return inRange(time - zoneOffset(match[8] ?? 'Z'))
}

/** Milliseconds that a zone like `+0530` is ahead of UTC. */
function zoneOffset (zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}

function inRange (time: number): number | null {
  const rounded = Math.round(time)
  return rounded > 0 && rounded < maxTime ? rounded : null
}

function member (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined
}

/**
 * A time for every message, in the order of `parents` (parents first, -1 for roots). It is the message's own where the
 * source has one, else `fallback` for its place. It is at least 1 ms after its parent's.
 */
export function orderTimes (parents: readonly number[], own: ReadonlyArray<number | null>, fallback: (index: number) => number): number[] {
  const times: number[] = []
  for (const [index, parent] of parents.entries()) {
    const earliest = (times[parent] ?? 0) + 1
    times.push(Math.max(own[index] ?? fallback(index), earliest))
  }
  return times
}
