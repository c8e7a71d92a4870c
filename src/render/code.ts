import type { MarkdownIt } from 'markdown-it'
import { escapeHtml } from './escape.js'
import type { Highlight, RenderLabels } from './options.js'

/** Longest block that is coloured, in characters: colouring is not worth a second of waiting. */
const MAX_HIGHLIGHTED_CHARACTERS = 100_000

/** Blocks of code as a figure with the language and a button to copy. Mermaid and the like are code, too. */
export function codeBlocks (md: MarkdownIt, { labels, highlight }: { labels: RenderLabels, highlight: Highlight | undefined }) {
  md.renderer.rules.fence = (tokens, index) => {
    const { content = '', info = '' } = tokens[index] ?? {}
    return figure(content, languageOf(info))
  }
  md.renderer.rules.code_block = (tokens, index) => figure(tokens[index]?.content ?? '', '')

  function figure (code: string, language: string) {
    const coloured = language !== '' && code.length <= MAX_HIGHLIGHTED_CHARACTERS ? highlight?.(code, language) : null
    return '<figure class="code"><figcaption>' +
      `<span class="language">${escapeHtml(language)}</span>` +
      `${labels.copy === null ? '' : `<button type="button" class="copy-code">${escapeHtml(labels.copy)}</button>`}</figcaption>` +
      `<pre tabindex="0" dir="ltr"><code>${coloured ?? escapeHtml(code)}</code></pre></figure>\n`
  }
}

/** The first word after the fence, without the braces and options some write there. */
function languageOf (info: string): string {
  return /^[{.]*([\w+#.-]{1,32})/.exec(info.trim())?.[1] ?? ''
}
