/** A run of a snippet. */
export interface SnippetPart { text: string, isMarked: boolean }

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

/** Markdown that a line of plain text is easier to read without: the asterisks of bold words and the rules of tables. */
const markup = /\*\*(?=\S)|(?<=\S)\*\*|\|(?:\s*:?-{2,}:?\s*\|)+/g

/**
 * The text of a snippet as the server sends it (HTML with nothing but `<mark>`), so that no HTML has to be trusted. Some
 * of its Markdown is left out.
 */
export function readSnippet (html: string): SnippetPart[] {
  return html.replace(markup, '').split(/(<mark>.*?<\/mark>)/s).filter((part) => part !== '').map((part) => {
    const [, marked] = /^<mark>(.*)<\/mark>$/s.exec(part) ?? []
    return { text: (marked ?? part).replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity), isMarked: marked !== undefined }
  })
}
