/** A run of a snippet. */
export interface SnippetPart { text: string, isMarked: boolean }

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

/** The text of a snippet as the server sends it (HTML with nothing but `<mark>`), so that no HTML has to be trusted. */
export function readSnippet (html: string): SnippetPart[] {
  return html.split(/(<mark>.*?<\/mark>)/s).filter((part) => part !== '').map((part) => {
    const [, marked] = /^<mark>(.*)<\/mark>$/s.exec(part) ?? []
    return { text: (marked ?? part).replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity), isMarked: marked !== undefined }
  })
}
