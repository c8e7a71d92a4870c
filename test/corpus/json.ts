/** The value at a path of keys; undefined where there is none. */
export function at (value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((parent, key) => typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined, value)
}

/** The entries of a list; none when it is no list. */
export function list (value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** The members of an object. */
export function members (value: unknown): Array<[string, unknown]> {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** A string with something in it, else null. */
export function text (value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** Milliseconds since the epoch, of seconds, milliseconds, ISO text or MongoDB's dates. */
export function time (value: unknown): number | null {
  const plain = at(value, '$date', '$numberLong') ?? at(value, '$date') ?? value
  if (typeof plain === 'number') return plain <= 0 ? null : Math.round(plain < 1e11 ? plain * 1000 : plain)
  if (typeof plain !== 'string') return null
  if (/^\d+$/.test(plain)) return time(Number(plain))
  const parsed = Date.parse(plain)
  // Date.parse cuts microseconds off.
  const rest = /\.\d{3}(\d+)/.exec(plain)?.[1] ?? '0'
  return Number.isNaN(parsed) ? null : Math.round(parsed + Number(`0.${rest}`))
}
