import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * How far the search index goes, in one row. The index itself, the virtual table `search`, has an entry for every
 * title and message whose key is not above `indexed_to` (`search/index/entries.ts`).
 */
export const searchProgress = sqliteTable('search_progress', {
  pk: integer('pk').primaryKey(),
  /** The tokenizer version that made it (`search/index/tokenizer.ts`); empty until the first start. */
  rules: text('rules').notNull(),
  /** Takes 63 bits, so it is only ever compared inside SQL. */
  indexedTo: integer('indexed_to').notNull()
})
