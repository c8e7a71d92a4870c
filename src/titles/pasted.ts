/*
 * What people paste beside their question, or without one: errors, e-mails, data.
 */

/** The line of a traceback or log that names the error. It begins at the margin, unlike the lines of the stack. */
const ERROR_LINE = /^(?:(?:Uncaught |Caused by: |Unhandled |error: |fatal: |panic: |npm ERR! )+\S.*|(?:[\w$]{1,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception|Interrupt|Warning|Fault)\b:? ?.*|Error: .+|error\[?[A-Z]{0,3}\d{2,5}\]?: .+)$/gmu

const TRACEBACK = /^Traceback \(most recent call last\)/m

/** What stands between "Traceback" and the error. */
const STACK = /^(?=Traceback \(most recent call last\)).*\n(?:[ \t].*(?:\n|$(?!\n))){0,500}/gm

/** Returns a text without the stacks of Python tracebacks. */
export function withoutStacks (text: string): string {
  return text.replace(STACK, '')
}

/** Returns the line that names the error: the last one of a Python traceback, else the first. Null without one. */
export function errorLine (text: string): string | null {
  const lines = text.match(ERROR_LINE) ?? []
  return (TRACEBACK.test(text) ? lines.at(-1) : lines[0]) ?? null
}

/** Headers of e-mails. The group is the subject. */
const SUBJECT = /^(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|тема|konu|主题|主旨|件名|제목)[ \t]{0,3}[:：][ \t]{0,9}(\S.{0,300})$/imu

/** Returns the subject of a pasted e-mail. Null without one. */
export function subjectLine (text: string): string | null {
  return SUBJECT.exec(text)?.[1]?.replace(/^(?:(?:re|fwd?|aw|wg|tr)\s?:\s*)+/iu, '') ?? null
}

/** Stacks, headers, JSON, and rows of values without spaces. */
const DATA = /^(?:Traceback \(most|During handling of the above|The above exception was|File "|at \S+ ?\(|[[{]|(?:from|to|cc|bcc|date|sent|subject|von|an|betreff)\s?:|(?:-+ ?)?(?:begin|end) (?:e-?mail|message)|-----BEGIN|[^\s,;]+(?:[,;][^\s,;]+)+$|[^\s,;]*(?:[,;][^\s,;]*){3,}$|[^|]{1,80}(?: \| [^|]*)+$)/iu

/** Whether a line is data and no sentence. */
export function isData (line: string): boolean {
  return DATA.test(line.trim()) || errorLine(line) !== null
}
