import { type JsonObject } from './draft.js'
import { stringOf } from './json-value.js'
import { cleanLine } from '../../text.js'

const MAX_LABEL_CODE_POINTS = 300

/** A web page an answer rests on; `url` is http or https. */
export interface Source { title: string, url: string }

/** The page an object describes by `url` and `title`; null unless the address is http or https. */
export function sourceOf (page: JsonObject): Source | null {
  const address = stringOf(page.url)
  if (address === null || !URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  const url = /[\s<>]/.test(address) ? href : address
  return { title: stringOf(page.title) ?? stringOf(page.attribution) ?? url, url }
}

/** A Markdown link that no title or address can break out of. */
export function link ({ title, url }: Source): string {
  return `[${label(title)}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`
}

/** A title as the text of a link: one line, at most 300 code points, brackets escaped. */
export function label (title: string): string {
  return cleanLine(title.slice(0, 2 * MAX_LABEL_CODE_POINTS).replace(/\s+/g, ' '), MAX_LABEL_CODE_POINTS).replace(/[\\[\]]/g, '\\$&')
}
