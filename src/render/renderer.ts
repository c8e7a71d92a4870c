import MarkdownIt from 'markdown-it'
import footnotes from 'markdown-it-footnote'
import { codeBlocks } from './code.js'
import { directions } from './directions.js'
import { images, links } from './links.js'
import { mathematics } from './math.js'
import type { RendererOptions } from './options.js'
import { tables } from './tables.js'
import { escapeHtml } from './escape.js'

/** Longest text that is read as Markdown, in characters. A longer one is shown as it stands: nobody reads it as prose. */
export const MAX_MARKDOWN_CHARACTERS = 400_000

/** What the text of one message becomes. */
export interface Renderer {
  /**
   * Returns the HTML of a Markdown text. It has no scripts, no event handlers, no `style` attributes, no addresses but
   * http, https and mailto, and loads nothing: remote pictures are links.
   * @param id Makes the ids of footnotes unique in a page with several texts; letters, digits, `-` and `_` only.
   */
  render (text: string, id: string): string
}

/** Makes a renderer. It is pure: the same text always gives the same HTML, and no DOM is needed. */
export function createRenderer ({ labels, highlight, formula }: RendererOptions): Renderer {
  const md = new MarkdownIt({ html: false, linkify: true, breaks: false })
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  // CommonMark's own check allows any scheme but four; a list of what is allowed is safer.
  md.validateLink = isSafeLink
  md.use(footnotes)
    .use(mathematics, formula)
    .use(codeBlocks, { labels, highlight })
    .use(tables)
    .use(links)
    .use(images, labels)
    .use(directions)

  return {
    render (text, id) {
      if (text.length > MAX_MARKDOWN_CHARACTERS) return `<pre class="plain" dir="auto">${escapeHtml(text)}</pre>`
      return md.render(text, { docId: id })
    }
  }
}

/** Which of the optional parts a text may need: a cheap test that may say yes too often and never no wrongly. */
export function needsOf (text: string): { code: boolean, formula: boolean } {
  return { code: /(?:^|\n)[ >\t\-*\d.]*(?:```|~~~)/.test(text), formula: /\$|\\\(|\\\[/.test(text) }
}

function isSafeLink (url: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(url.trim()) || /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/i.test(url.trim())
}
