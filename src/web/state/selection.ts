import { computed, signal } from '@preact/signals'
import { shownRows } from './conversations.js'

/*
 * Which conversations of the list are selected, to do something with all of them.
 */

const selected = signal<ReadonlySet<string>>(new Set())
/** Where a selection with shift begins. */
let anchor: string | null = null

/** The selected rows that are listed, in their order. */
export const selectedRows = computed(() => shownRows.value.filter(({ conversationId }) => selected.value.has(conversationId)))

/** Whether a row is selected. */
export function isSelected (id: string): boolean {
  return selected.value.has(id)
}

/** Selects or leaves out one row, and with `isRange` all rows from the last one to it. */
export function select (id: string, isOn: boolean, isRange: boolean) {
  const ids = shownRows.peek().map(({ conversationId }) => conversationId)
  const [from = -1, to = -1] = [ids.indexOf(anchor ?? id), ids.indexOf(id)].sort((a, b) => a - b)
  const touched = isRange && from >= 0 ? ids.slice(from, to + 1) : [id]
  const next = new Set(selected.value)
  for (const one of touched) {
    if (isOn) next.add(one)
    else next.delete(one)
  }
  selected.value = next
  anchor = id
}

/** Leaves everything out. */
export function clearSelection () {
  selected.value = new Set()
  anchor = null
}
