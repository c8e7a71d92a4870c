/** The operators that the server takes out of a search (docs/search.md). A name that is none of them stays a word. */
const operator = /(?<=^|\s)(?:-?tag|after|before|model|source|endpoint|role|has|in|pinned|archived|conversationid):(?:["“”„‟«»][^"“”„‟«»]+["“”„‟«»]|[^\s"“”„‟«»]\S*)/gi

/** Operators that the filter menu offers. */
export const offeredOperators = ['role:user', 'role:assistant', 'has:code', 'has:reasoning', 'has:tool', 'has:file', 'in:title', 'archived:any'] as const

/** Returns the operators in a search, as they stand there. */
export function operatorsIn (text: string): string[] {
  return [...new Set(text.match(operator) ?? [])]
}

/** Returns a search without its operators. */
export function wordsOf (text: string): string {
  return text.replace(operator, '').replace(/ {2,}/g, ' ').trim()
}

/** Adds an operator to a search, or takes it out. */
export function toggleOperator (text: string, wanted: string): string {
  const rest = text.replace(operator, (found) => found.toLowerCase() === wanted.toLowerCase() ? '' : found).replace(/ {2,}/g, ' ').trim()
  const isThere = operatorsIn(text).some((found) => found.toLowerCase() === wanted.toLowerCase())
  return isThere ? rest : `${wanted} ${rest}`.trim()
}
