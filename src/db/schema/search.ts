import { blob, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * How far the search index goes, in one row. The index itself, the virtual table `search`, has an entry for every
 * title and message whose key is not above `indexed_to` (`search/index/entries.ts`).
 *
 * While it is made again after an upgrade, the virtual table `search_previous` has the index of the version before
 * (`search/index/previous.ts`).
 */
export const searchProgress = sqliteTable('search_progress', {
  pk: integer('pk').primaryKey(),
  /** The tokenizer version that made it (`search/index/tokenizer.ts`); empty until the first start. */
  rules: text('rules').notNull(),
  /** Takes 63 bits, so it is only ever compared inside SQL. */
  indexedTo: integer('indexed_to').notNull(),
  /** The tokenizer version that made the previous index. Empty when none is in use. */
  previousRules: text('previous_rules').notNull().default('')
})

/** The entries that were written or removed while a previous index is in use. Those of the previous index are out of date. */
export const searchChanged = sqliteTable('search_changed', {
  /** The key of a message, or of a title as message 0. */
  pk: integer('pk').primaryKey(),
  /** 1 when `search` has the entry, also above `indexed_to`. */
  isIndexed: integer('is_indexed').notNull()
})

/** The rows of a previous index that is no longer in use. They are removed in steps. */
export const searchRemains = sqliteTable('search_remains', {
  id: integer('id').primaryKey(),
  block: blob('block')
})
