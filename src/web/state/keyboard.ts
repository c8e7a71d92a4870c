import { signal } from '@preact/signals'
import type { Message } from '../api/types.js'
import { archive } from './conversation-actions.js'
import { go } from './address.js'
import { filter, listPath } from './conversations.js'
import { toggleTheme } from './preferences.js'
import { branch, currentMessage, goToSibling, openConversation } from './reader.js'

/** Whether the list of keys is shown. */
export const isHelpShown = signal(false)
/** Whether the bar that finds within the conversation is shown. */
export const isFinding = signal(false)

/** What each key does; the list of keys shows them in this order. */
const keys: Record<string, () => void> = {
  '/': () => { document.querySelector<HTMLInputElement>('#search')?.focus() },
  f: () => { if (openConversation.value) isFinding.value = true },
  j: () => moveBy(1),
  k: () => moveBy(-1),
  '[': () => siblingBy(-1),
  ']': () => siblingBy(1),
  g: focusList,
  e: () => {
    const open = openConversation.value
    if (open) archive([open.conversationId], !open.isArchived)
  },
  t: toggleTheme,
  '?': () => { isHelpShown.value = true }
}

/** Listens to single keys, wherever nothing is being typed. */
export function listenToKeys () {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const { target } = event
    if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, dialog, [role=menu]'))) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  })
}

/** Puts the focus on a message, so that screen readers read it and keys go on from there. */
export function focusMessage (messageId: string) {
  const article = document.getElementById(`m-${messageId}`)
  if (!article) return
  currentMessage.value = messageId
  article.focus({ preventScroll: true })
  article.scrollIntoView({ block: 'start' })
}

function moveBy (step: number) {
  const shown = branch.value
  const at = placeIn(shown)
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + step))]
  if (next) focusMessage(next.messageId)
}

/** Changes the branch at the message somebody is at, or at the nearest fork above it. */
function siblingBy (step: number) {
  const shown = branch.value
  const at = placeIn(shown)
  for (const message of shown.slice(0, at + 1).reverse()) {
    const sibling = goToSibling(message, step)
    if (sibling === null) continue
    requestAnimationFrame(() => focusMessage(sibling))
    return
  }
}

/** Where one is in the branch: at the message that has the focus, else at the one scrolled to. */
function placeIn (messages: Message[]): number {
  const focused = document.activeElement?.closest('.message')?.id.slice('m-'.length) ?? currentMessage.value
  return messages.findIndex(({ messageId }) => messageId === focused)
}

function focusList () {
  const current = document.querySelector<HTMLElement>('.row a[aria-current=page], .row a')
  if (current) current.focus()
  else go(listPath(filter.value))
}
