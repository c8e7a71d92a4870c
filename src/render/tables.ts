import type { MarkdownIt } from 'markdown-it'

/** Alignment by class, as a strict policy forbids `style`, and a frame that scrolls sideways. */
export function tables (md: MarkdownIt) {
  md.core.ruler.push('table_alignment', ({ tokens }) => {
    for (const token of tokens) {
      const [, alignment] = /^text-align:(left|center|right)$/.exec(String(token.attrGet('style') ?? '')) ?? []
      token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null
      if (alignment !== undefined) token.attrJoin('class', `align-${alignment}`)
    }
  })
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n'
  md.renderer.rules.table_close = () => '</table></div>\n'
}
