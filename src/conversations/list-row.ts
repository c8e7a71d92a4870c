import { jsonArray } from '../json-stream.js'
import { shownTags, type TagNames } from './tag-names.js'

/*
 * A row of the list, as SQLite writes it (`listRow` in the schema). It has the conversation's key in 16 digits, and then the
 * JSON of what the list shows. `user` is left out, because it is the same in all rows. Reading one text takes a third of the
 * time of two columns.
 */

const KEY_DIGITS = 16

/** The key of a row's conversation. */
export function rowKey (row: string): number {
  return Number(row.slice(0, KEY_DIGITS))
}

/** The JSON of a row. */
export function rowJson (row: string): string {
  return row.slice(KEY_DIGITS)
}

/** A row with its tags as they are shown. */
export function shownRow (names: TagNames, row: string): string {
  const shown: { tags: string[] } = JSON.parse(rowJson(row))
  shown.tags = shownTags(names, shown.tags)
  return row.slice(0, KEY_DIGITS) + JSON.stringify(shown)
}

/** What a page of a search shows beside the fields of each row. */
export interface PageExtras {
  /** Returns a further member of a row: its name in quotes, a colon, and JSON. */
  member? (row: string): string
  /** Further members of the page. Undefined ones are left out. */
  more?: { correctedSearch?: string | undefined, anyCount: number | undefined, indexedShare: number | undefined }
}

/** A page of the list as the pieces of one JSON object. `userId` is the id of the owner of all rows. */
export function streamPage (rows: string[], nextCursor: string | null, userId: string, { member, more }: PageExtras = {}): Generator<string, void, void> {
  const beginning = `{"user":${JSON.stringify(userId)},`
  const items = rows.map((row) => beginning + (member ? `${member(row)},` : '') + row.slice(KEY_DIGITS + 1))
  return jsonArray(items, '{"conversations":[', `],${JSON.stringify({ nextCursor, ...more }).slice(1)}`)
}
