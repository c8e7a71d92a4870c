import type { MarkdownIt } from 'markdown-it'
import { escapeHtml } from './escape.js'
import type { RenderLabels } from './options.js'

const OUTWARD = 'target="_blank" rel="noopener noreferrer nofollow"'

/** Links open elsewhere and tell nobody where they were followed. */
export function links (md: MarkdownIt) {
  md.renderer.rules.link_open = (tokens, index) => {
    const href = String(tokens[index]?.attrGet('href') ?? '')
    // A `data:` picture is fine to show and not to go to.
    if (/^data:/i.test(href)) return '<a>'
    const title = tokens[index]?.attrGet('title')
    return `<a href="${escapeHtml(href)}" ${OUTWARD}${title ? ` title="${escapeHtml(String(title))}"` : ''}>`
  }
}

/** Pictures: those that stand in the text itself are shown, remote ones are links, so that reading asks nobody. */
export function images (md: MarkdownIt, labels: RenderLabels) {
  md.renderer.rules.image = (tokens, index) => {
    const token = tokens[index]
    const source = String(token?.attrGet('src') ?? '')
    const name = token?.content ?? ''
    if (/^data:/i.test(source)) return `<img src="${escapeHtml(source)}" alt="${escapeHtml(name)}" loading="lazy">`
    if (/^mailto:/i.test(source)) return escapeHtml(name)
    return `<a class="remote-picture" href="${escapeHtml(source)}" ${OUTWARD}>${escapeHtml(labels.picture)}: ${escapeHtml(name || hostOf(source))}</a>`
  }
}

function hostOf (url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
