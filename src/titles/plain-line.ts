/** Everything `plainLine` takes out: controls, direction marks, and what shows as nothing; joiners within words and emoji stay. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu

/** A terminal's colours and cursor moves, as pasted with its output: ECMA-48 control sequences. */
const TERMINAL_CODE = /\p{Cc}\[[\d;?]*[A-Za-z]/gu

/** The text as one line without invisible characters, its blanks single and none at its ends. */
export function plainLine (text: string): string {
  return text.replace(TERMINAL_CODE, '').replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim()
}

const QUOTES: ReadonlyArray<readonly [open: string, close: string]> = [
  ['"', '"'], ['\'', '\''], ['“', '”'], ['„', '“'], ['„', '”'], ['‘', '’'], ['«', '»'], ['»', '«'], ['「', '」'], ['『', '』'], ['《', '》']
]

/** The line without quotation marks around the whole of it. */
export function unquoted (line: string): string {
  for (const [open, close] of QUOTES) {
    const inner = line.slice(open.length, -close.length)
    if (line.length > 1 && line.startsWith(open) && line.endsWith(close) && !inner.includes(open) && !inner.includes(close)) {
      return inner.trim()
    }
  }
  return line
}
