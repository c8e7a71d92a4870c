/** Writes Markdown piece by piece, in one pass. */
export interface MarkdownWriter {
  /** Running text; white space is collapsed as a browser does. */
  text (text: string): void
  /** Text as it is, line breaks included. */
  raw (text: string): void
  /** Ends the line (1) or the paragraph (2), once something has been written in it. */
  breakLine (lines: 1 | 2): void
  /** Adds one line break to those that are due. */
  addLine (): void
  /** Begins a list item or a quotation: what stands before its first line and before all others. */
  indent (first: string, rest: string): void
  /** Ends what `indent` began; no empty line is due after it. */
  outdent (): void
  /** Collects what is written from now on, on one line, instead of writing it … */
  capture (): void
  /** … until now. */
  release (): string
  finish (): string
}

/** Beyond this, deeper levels are written at this one, so that prefixes cannot outgrow the text. */
const deepestIndent = 8

interface Level { first: string, rest: string, isUsed: boolean }

/** A writer with nothing written. */
export function markdownWriter (): MarkdownWriter {
  const written: string[] = []
  const captures: string[] = []
  const levels: Level[] = []
  let due = 0
  let endsWithSpace = true

  return {
    text (text) {
      const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ')
      const isAtStart = captures.length === 0 ? due > 0 || endsWithSpace : captures.at(-1)?.endsWith(' ') === true
      const trimmed = isAtStart ? collapsed.replace(/^ /, '') : collapsed
      if (trimmed !== '') put(trimmed)
    },
    raw: (text) => { text.split('\n').forEach((line, index) => put(line, index > 0)) },
    breakLine (lines) {
      if (captures.length > 0) separate()
      else if (written.length > 0 && levels.at(-1)?.isUsed !== false) due = Math.max(due, lines)
    },
    addLine () {
      if (captures.length > 0) separate()
      else due = Math.min(due + 1, 2)
    },
    indent (first, rest) { levels.push({ first, rest, isUsed: false }) },
    outdent () {
      levels.pop()
      due = Math.min(due, 1)
    },
    capture: () => { captures.push('') },
    release: () => captures.pop() ?? '',
    finish: () => written.join('').trim()
  }

  function put (text: string, isNewLine = false) {
    if (captures.length > 0) {
      captures.push(`${captures.pop() ?? ''}${isNewLine ? '\n' : ''}${text}`)
      return
    }
    const breaks = Math.max(isNewLine ? 1 : 0, due)
    if (written.length === 0) written.push(prefix())
    else if (breaks > 0) written.push(breaks === 2 ? `\n${blankPrefix()}\n` : '\n', prefix())
    written.push(text)
    due = 0
    endsWithSpace = text.endsWith(' ')
  }

  /** Puts a space in place of a line break, because a captured text is one line. */
  function separate () {
    const text = captures.pop() ?? ''
    captures.push(text === '' || text.endsWith(' ') ? text : `${text} `)
  }

  function prefix (): string {
    return levels.slice(0, deepestIndent).map((level) => {
      const text = level.isUsed ? level.rest : level.first
      level.isUsed = true
      return text
    }).join('')
  }

  function blankPrefix (): string {
    return levels.slice(0, deepestIndent).map(({ rest }) => rest).join('').trimEnd()
  }
}
