import { computed, signal } from '@preact/signals'
import { searched, targetMessage } from './address.js'
import { isFoundIn, termsOf } from './find.js'
import { searchableOf } from './parts.js'
import { branch, goToMessage, tree } from './reader.js'
import { wordsOf } from './search-operators.js'

/*
 * Finding in the open conversation, over all its branches. A search that led here goes on as a find.
 */

/** What was typed into the bar; null while the words of the address's search are what is found. */
export const typedFind = signal<string | null>(null)
/** What is found. */
export const findText = computed(() => typedFind.value ?? wordsOf(searched.value))
/** The words that are marked. */
export const findTerms = computed(() => termsOf(findText.value))

/** The messages of every branch in which something is found, parents before children. */
export const findHits = computed(() => findTerms.value.length === 0
  ? []
  : tree.value.messages.filter((message) => isFoundIn(searchableOf(message), findTerms.value)))

/** How many of them the shown branch does not hold. */
export const hitsElsewhere = computed(() => {
  const shown = new Set(branch.value)
  return findHits.value.filter((message) => !shown.has(message)).length
})

/** The hit one is at, and which of the marks within it. */
export const findPosition = signal<{ messageId: string, mark: number } | null>(null)

/** Goes to the next (1) or previous (-1) hit message, around the end, changing the branch where that is needed. */
export function stepHit (by: 1 | -1) {
  const hits = findHits.value
  if (hits.length === 0) return
  const here = findPosition.value?.messageId ?? targetMessage.value
  const at = hits.findIndex(({ messageId }) => messageId === here)
  const next = hits[at < 0 ? (by > 0 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length]
  if (!next) return
  findPosition.value = { messageId: next.messageId, mark: by > 0 ? 0 : Infinity }
  goToMessage(next.messageId, { replace: true })
}
