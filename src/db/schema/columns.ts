import { integer } from 'drizzle-orm/sqlite-core'

/** A column with milliseconds since 1970. */
export const time = (name: string) => integer(name).notNull()
