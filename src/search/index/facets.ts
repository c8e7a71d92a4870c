import { plainText, type SearchableBody } from './texts.js'

/*
 * Facets are properties of a message or title that a search can filter by. The index stores each as a token `@name`
 * after the words of an entry. No text has such a token, because the tokenizer splits it into two.
 */

/** A property of a message, or that an entry is a title. */
export type Facet = 'user' | 'assistant' | 'title' | 'code' | 'reasoning' | 'tool' | 'file'

/** A body with the fields that its facets are read from. */
export interface FacetedBody extends SearchableBody { isCreatedByUser?: boolean }

/** A fenced block of Markdown. */
const fence = /^ {0,3}(?:```|~~~)/m

/** The token of a facet. */
export function facetToken (facet: Facet): string {
  return `@${facet}`
}

/** Returns the facets of a message: its author and its kinds of content. */
export function messageFacets ({ text, content = [], files = [], attachments = [], isCreatedByUser = false }: FacetedBody): Facet[] {
  const parts = content.map((part) => part as { type?: unknown, text?: unknown })
  const types = new Set(parts.map(({ type }) => type))
  const texts = [text, ...parts.flatMap((part) => plainText(part.text))]
  const has: Record<'code' | 'reasoning' | 'tool' | 'file', boolean> = {
    code: texts.some((one) => fence.test(one)),
    reasoning: types.has('think'),
    tool: types.has('tool_call'),
    file: files.length + attachments.length > 0
  }
  const found = (['code', 'reasoning', 'tool', 'file'] as const).filter((name) => has[name])
  return [isCreatedByUser ? 'user' : 'assistant', ...found]
}
