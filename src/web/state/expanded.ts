import { signal } from '@preact/signals'

const expanded = signal<ReadonlySet<string>>(new Set())

/** Whether all of a long message is shown. */
export function isExpanded (messageId: string): boolean {
  return expanded.value.has(messageId)
}

/** Shows all of a long message, or cuts it again. */
export function expand (messageId: string, isOn: boolean) {
  const next = new Set(expanded.value)
  if (isOn) next.add(messageId)
  else next.delete(messageId)
  expanded.value = next
}
