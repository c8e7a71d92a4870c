/*
 * The tables, by what they are about. Migrations are generated from them: `npm run db:generate`.
 */

export * from './schema/accounts.js'
export * from './schema/conversations.js'
export * from './schema/imports.js'
export * from './schema/search.js'
