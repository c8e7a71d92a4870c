import type { MarkdownIt } from 'markdown-it'
import { escapeHtml } from './escape.js'
import type { Formula } from './options.js'

/** Longest formula that is set, in characters. */
const MAX_FORMULA_CHARACTERS = 10_000

/** Formulas as models write them: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. */
export function mathematics (md: MarkdownIt, formula: Formula | undefined) {
  md.inline.ruler.before('escape', 'formula', (state, silent) => {
    const found = formulaAt(state.src, state.pos, state.posMax)
    if (found === null) return false
    if (!silent) {
      const token = state.push('formula', 'math', 0)
      token.content = found.source
      token.meta = { isDisplay: found.isDisplay }
    }
    state.pos = found.end
    return true
  })

  md.block.ruler.before('fence', 'formula_block', (state, startLine, endLine, silent) => {
    if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
    const lineAt = (line: number) => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line])
    const first = lineAt(startLine)
    const close = first.startsWith('$$') ? '$$' : first.startsWith('\\[') ? '\\]' : null
    if (close === null) return false
    const lines: string[] = []
    for (let line = startLine; line < endLine; line++) {
      if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent) return false
      const text = line === startLine ? first.slice(2) : lineAt(line)
      const end = text.trimEnd()
      if (end.endsWith(close) && !text.slice(0, end.length - 2).includes(close)) {
        if (silent) return true
        lines.push(end.slice(0, -2))
        const token = state.push('formula', 'math', 0)
        token.block = true
        token.content = lines.join('\n').trim()
        token.meta = { isDisplay: true }
        token.map = [startLine, line + 1]
        state.line = line + 1
        return true
      }
      if (text.includes(close) || (line > startLine && text.trim() === '')) return false
      lines.push(text)
    }
    return false
  }, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })

  md.renderer.rules.formula = (tokens, index) => {
    const { content = '', block: isBlock = false } = tokens[index] ?? {}
    const isDisplay = Boolean(tokens[index]?.meta?.isDisplay)
    const set = content.length <= MAX_FORMULA_CHARACTERS ? formula?.(content, isDisplay) : null
    const shown = set ?? `<code class="formula">${escapeHtml(content)}</code>`
    return isBlock ? `<div class="formula-block" tabindex="0">${shown}</div>\n` : shown
  }
}

interface FoundFormula { source: string, isDisplay: boolean, end: number }

/** The formula that begins at `start`; null if there is none. */
function formulaAt (text: string, start: number, end: number): FoundFormula | null {
  if (text.startsWith('\\(', start)) return delimited(text, start, end, '\\)', false)
  if (text.startsWith('\\[', start)) return delimited(text, start, end, '\\]', true)
  if (text.startsWith('$$', start)) return delimited(text, start, end, '$$', true)
  if (text[start] !== '$') return null
  return dollars(text, start, end)
}

function delimited (text: string, start: number, end: number, close: string, isDisplay: boolean): FoundFormula | null {
  const at = text.indexOf(close, start + 2)
  if (at < 0 || at >= end || at - start > MAX_FORMULA_CHARACTERS) return null
  const source = text.slice(start + 2, at).trim()
  return source === '' ? null : { source, isDisplay, end: at + 2 }
}

/** Pandoc's rule, which leaves prices alone: no space inside the dollars, and no digit after the closing one. */
function dollars (text: string, start: number, end: number): FoundFormula | null {
  if (/\s/.test(text[start + 1] ?? ' ') || /[\w$]/.test(text[start - 1] ?? '')) return null
  const limit = Math.min(end, start + MAX_FORMULA_CHARACTERS)
  for (let at = start + 1; at < limit; at++) {
    const character = text[at]
    if (character === '\\') {
      at++
    } else if (character === '\n' && text[at + 1] === '\n') {
      return null
    } else if (character === '$') {
      if (/\s/.test(text[at - 1] ?? ' ') || /\d/.test(text[at + 1] ?? '') || at === start + 1) return null
      return { source: text.slice(start + 1, at), isDisplay: false, end: at + 1 }
    }
  }
  return null
}
