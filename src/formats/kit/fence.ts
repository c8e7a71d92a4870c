/** A fenced block of Markdown whose fence is longer than any inside it; only a plain word is taken for a language. */
export function fence (text: string, language: string | null): string {
  let longest = 2
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  const ticks = '`'.repeat(longest + 1)
  const tag = language !== null && /^[\w+#.-]{1,32}$/.test(language) && language !== 'unknown' ? language : ''
  return `${ticks}${tag}\n${text}\n${ticks}`
}

/** A document under its name, in a fence that names its kind by the ending of `name` unless told otherwise. */
export function fencedDocument (name: string, text: string, language: string | null = ending(name)): string {
  return `${name}\n${fence(text, language)}`
}

function ending (name: string): string | null {
  return /\.(\w{1,16})$/.exec(name)?.[1] ?? null
}
