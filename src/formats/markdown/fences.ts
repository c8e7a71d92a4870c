/** A line that begins or ends a block of code (CommonMark 0.31, section 4.5). */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/

/** Markdown whose last block of code is closed: an answer that was cut off would swallow what follows it. */
export function withClosedFence (markdown: string): string {
  let open: string | null = null
  for (const line of markdown.split('\n')) {
    const [, fence = '', rest = ''] = FENCE.exec(line) ?? []
    if (fence === '') continue
    if (open === null) open = fence
    else if (fence[0] === open[0] && fence.length >= open.length && rest.trim() === '') open = null
  }
  return open === null ? markdown : `${markdown}\n${open}`
}
