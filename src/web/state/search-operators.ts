/** The operators that the server takes out of a search (docs/search.md). A name that is none of them stays a word. */
const operator = /(?<=^|\s)(?:-?tag|after|before|model|source|endpoint|role|has|in|pinned|archived|conversationid):(?:["“”„‟«»][^"“”„‟«»]+["“”„‟«»]|[^\s"“”„‟«»]\S*)/gi

/** Operators that the filter menu offers. */
export const offeredOperators = ['role:user', 'role:assistant', 'has:code', 'has:reasoning', 'has:tool', 'has:file', 'in:title', 'archived:false', 'archived:true'] as const

/** Operators of which a search has one value: both together find nothing, or the last one counts. */
const single = /^(?:role|archived):/i

/** Returns the operators in a search, as they stand there. */
export function operatorsIn (text: string): string[] {
  return [...new Set(text.match(operator) ?? [])]
}

/** Returns a search without its operators. */
export function wordsOf (text: string): string {
  return text.replace(operator, '').replace(/ {2,}/g, ' ').trim()
}

/** Adds an operator to a search, in place of another value of it where only one makes sense, or takes it out. */
export function toggleOperator (text: string, wanted: string): string {
  const [name = ''] = single.exec(wanted) ?? []
  const isSame = (found: string) => found.toLowerCase() === wanted.toLowerCase()
  const isReplaced = (found: string) => isSame(found) || (name !== '' && found.toLowerCase().startsWith(name))
  const rest = text.replace(operator, (found) => isReplaced(found) ? '' : found).replace(/ {2,}/g, ' ').trim()
  return operatorsIn(text).some(isSame) ? rest : `${wanted} ${rest}`.trim()
}
