import { type JsonObject, type JsonValue } from './draft.js'
import { compact, isObject, stringOf } from './json-value.js'
import { cleanLine } from '../../text.js'
import { link, sourceOf } from './link.js'

/** A page an answer rests on; `url` is null where the file gives none that is http or https. */
export interface CitedPage { title: string, url: string | null }

/** The pages of a list, bare addresses or objects with `url` (`uri`) and `title` (`name`), in its order and number. */
export function readPages (pages: JsonValue | undefined): CitedPage[] {
  return (Array.isArray(pages) ? pages : []).map((page) => {
    const { url, uri, title, name } = isObject(page) ? page : { url: page }
    const given = stringOf(title) ?? stringOf(name)
    const source = sourceOf({ url: url ?? uri, title: given })
    return source ?? { title: cleanLine(given ?? '…', 300), url: null }
  })
}

/** The text with the pages listed below it, numbered from 1 as marks like `[1]` in the text count them. */
export function withPages (text: string, pages: readonly CitedPage[]): string {
  if (pages.length === 0) return text
  const lines = pages.map(({ title, url }, index) => `${index + 1}. ${url === null ? title : link({ title, url })}`)
  return [text, `Sources:\n${lines.join('\n')}`].filter((part) => part !== '').join('\n\n')
}

/** The assets and pages of a message as its metadata, each only where there are any. */
export function mediaMetadata (assets: JsonObject[], pages: readonly CitedPage[]): JsonObject {
  const sources = pages.filter(({ url }) => url !== null).map(({ title, url }) => ({ title, url }))
  return compact({ assets: assets.length > 0 ? assets : null, sources: sources.length > 0 ? sources : null })
}
