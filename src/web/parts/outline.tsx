import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Message } from '../api/types.js'
import { t } from '../i18n/index.js'
import { branch, currentMessage, goToMessage } from '../state/reader.js'
import { textOf } from '../state/parts.js'
import { slicesOf } from '../state/slices.js'
import { focusMessage } from '../state/keyboard.js'
import { useMedia } from './use-media.js'

/** Longest entry, in characters; style sheets cut it to what fits. */
const ENTRY_CHARACTERS = 120
/** Entries that the browser lays out, or skips, together. */
const LIST_ENTRIES = 50

/** The reader's own prompts of the branch, to go to. It follows what is read. Narrow windows have no room for it. */
export function Outline () {
  const messages = branch.value
  const nav = useRef<HTMLElement>(null)
  const current = promptAt(messages, currentMessage.value)
  const isWide = useMedia('(width >= 80rem)')
  // Thousands of entries are not compared with those before whenever another one becomes the current one.
  const lists = useMemo(() => isWide ? slicesOf(messages.filter(({ isCreatedByUser }) => isCreatedByUser), LIST_ENTRIES).map(list) : [], [messages, isWide])
  useEffect(() => { if (nav.current) showCurrent(nav.current, current) }, [lists, current])

  function follow (event: MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link) return
    event.preventDefault()
    const messageId = messageOf(link)
    goToMessage(messageId, { replace: true })
    focusMessage(messageId)
  }

  if (lists.length === 0) return null
  return (
    <nav ref={nav} class='outline' aria-labelledby='outline-heading' onClick={follow}>
      <h2 id='outline-heading'>{t('conversation.outline')}</h2>
      {lists}
    </nav>
  )
}

function list (prompts: Message[]) {
  return (
    <ol key={prompts[0]?.messageId} style={{ '--entries': prompts.length }}>
      {prompts.map((message) => <li key={message.messageId}><a href={`#m-${message.messageId}`} dir='auto'>{entry(message)}</a></li>)}
    </ol>
  )
}

function messageOf (link: HTMLAnchorElement): string {
  return link.getAttribute('href')?.slice('#m-'.length) ?? ''
}

/** Marks the current entry, and scrolls the outline, and only that, to it. */
function showCurrent (nav: HTMLElement, messageId: string | null) {
  for (const before of nav.querySelectorAll('[aria-current]')) before.removeAttribute('aria-current')
  const link = nav.querySelector(`a[href="#m-${CSS.escape(messageId ?? '')}"]`)
  if (!link) return
  link.setAttribute('aria-current', 'true')
  const { top, bottom } = link.getBoundingClientRect()
  const box = nav.getBoundingClientRect()
  if (top < box.top || bottom > box.bottom) nav.scrollBy({ top: top - box.top - box.height / 2, behavior: 'instant' })
}

function entry (message: Message): string {
  return textOf(message).slice(0, ENTRY_CHARACTERS * 2).replaceAll(/[*_`#>]+/g, '').replaceAll(/\s+/g, ' ').trim().slice(0, ENTRY_CHARACTERS) || t('message.empty')
}

/** The prompt that the current message answers, or is. */
function promptAt (messages: Message[], current: string | null): string | null {
  const at = messages.findIndex(({ messageId }) => messageId === current)
  return messages.slice(0, at + 1).findLast(({ isCreatedByUser }) => isCreatedByUser)?.messageId ?? null
}
