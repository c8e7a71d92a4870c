/** Control characters, direction marks and invisible characters. Joiners within words and emoji stay. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu

/** Colours and cursor moves in pasted terminal output (ECMA-48 control sequences). */
const TERMINAL_CODE = /\p{Cc}\[[\d;?]*[A-Za-z]/gu

/** Returns a text as one trimmed line, with single spaces and without invisible characters. */
export function plainLine (text: string): string {
  return text.replace(TERMINAL_CODE, '').replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim()
}

const QUOTES: ReadonlyArray<readonly [open: string, close: string]> = [
  ['"', '"'], ['\'', '\''], ['“', '”'], ['„', '“'], ['„', '”'], ['‘', '’'], ['«', '»'], ['»', '«'], ['「', '」'], ['『', '』'], ['《', '》']
]

/** Returns a line without quotation marks around the whole line. */
export function unquoted (line: string): string {
  for (const [open, close] of QUOTES) {
    const inner = line.slice(open.length, -close.length)
    if (line.length > 1 && line.startsWith(open) && line.endsWith(close) && !inner.includes(open) && !inner.includes(close)) {
      return inner.trim()
    }
  }
  return line
}
