import type { MarkdownIt } from 'markdown-it'

const blocks = new Set(['paragraph_open', 'heading_open', 'bullet_list_open', 'ordered_list_open', 'blockquote_open', 'td_open', 'th_open'])

/** Each block finds its own direction, so that Arabic and Hebrew read right beside Latin text. */
export function directions (md: MarkdownIt) {
  md.core.ruler.push('directions', ({ tokens }) => {
    for (const token of tokens) {
      if (blocks.has(token.type)) token.attrSet('dir', 'auto')
    }
  })
  // A message stands below a heading of the page; its own headings come after that one.
  md.core.ruler.push('heading_levels', ({ tokens }) => {
    for (const token of tokens) {
      const [, level] = /^h([1-6])$/.exec(token.tag) ?? []
      if (level !== undefined) token.tag = `h${Math.min(6, Number(level) + 2)}`
    }
  })
}
