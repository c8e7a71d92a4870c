import { type SQL, sql } from 'drizzle-orm'

/**
 * Makes SQL text into a part of a Drizzle query, such as a condition made of the functions of `keys.ts`. Named parameters
 * (`:pk`) become placeholders.
 */
export function fragment <T = unknown> (text: string): SQL<T> {
  const parts = text.split(/:(\w+)/)
  return sql.join(parts.map((part, index) => index % 2 === 1 ? sql.placeholder(part) : sql.raw(part))) as SQL<T>
}
