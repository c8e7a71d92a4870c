import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { keepPlace, keptPlace, targetMessage } from '../state/address.js'
import { branch, currentMessage } from '../state/reader.js'
import { slicesOf } from '../state/slices.js'
import { copyText } from './clipboard.js'
import { MessageSlice } from './message-slice.js'
import { watchCurrent } from './watch-current.js'

/** Messages that the browser lays out, or skips, together. Thousands of single ones cost it more than their texts. */
const SLICE_MESSAGES = 10
/** Messages to each side of the one somebody is at that are shown at once, so that there is nothing to wait for. */
const SIGHT_MESSAGES = 6

/** The messages of the branch. */
export function Messages () {
  const messages = branch.value
  const target = targetMessage.value
  const place = target ?? currentMessage.peek() ?? keptPlace()
  const at = Math.max(0, messages.findIndex(({ messageId }) => messageId === place))
  const list = useRef<HTMLDivElement>(null)
  const isPrinted = useSignal(false)
  const slices = useMemo(() => slicesOf(messages, SLICE_MESSAGES), [messages])

  useLayoutEffect(() => { if (target !== null) goTo(target) }, [target, messages.length > 0])
  // Who comes back is where they were.
  useLayoutEffect(() => { if (target === null && at > 0) elementOf(place)?.scrollIntoView({ block: 'start', behavior: 'instant' }) }, [])
  useEffect(() => {
    // Keys go on from here, also before anything was scrolled.
    currentMessage.value ??= messages[at]?.messageId ?? null
    if (!list.current) return
    return watchCurrent(list.current, (id) => {
      currentMessage.value = id
      keepPlace(id)
    })
  }, [messages])
  useEffect(() => {
    const show = () => { isPrinted.value = true }
    addEventListener('beforeprint', show)
    return () => removeEventListener('beforeprint', show)
  }, [])

  if (messages.length === 0) return <div class='messages'><p class='empty quiet'>{t('conversation.empty')}</p></div>
  return (
    <div ref={list} class='messages' onClick={followWithin} onFocusIn={comeTo}>
      {slices.map((slice, index) => {
        const start = index * SLICE_MESSAGES
        const isInSight = start <= at + SIGHT_MESSAGES && start + SLICE_MESSAGES > at - SIGHT_MESSAGES
        return (
          <MessageSlice
            key={slice[0]?.messageId} messages={slice} isInSight={isInSight || isPrinted.value}
            target={slice.some(({ messageId }) => messageId === target) ? target : null}
          />
        )
      })}
    </div>
  )
}

/**
 * To the message the address points at, which also gets the focus, so that keys and screen readers go on from there. Who
 * goes from match to match stays in the field.
 */
function goTo (messageId: string) {
  const article = elementOf(messageId)
  article?.scrollIntoView({ block: 'start', behavior: 'instant' })
  if (!document.activeElement?.closest('.find-bar')) article?.focus({ preventScroll: true })
}

function elementOf (messageId: string | null): HTMLElement | null {
  return document.getElementById(`m-${messageId}`)
}

/** Makes the message that gets the focus the current one. */
function comeTo ({ target }: FocusEvent) {
  const message = target instanceof Element ? target.closest('.message') : null
  if (message) currentMessage.value = message.id.slice('m-'.length)
}

/** Clicks on what the renderer made: the button that copies code, and links to footnotes. */
function followWithin (event: MouseEvent) {
  if (!(event.target instanceof Element)) return
  const code = event.target.closest('.copy-code')?.closest('figure')?.querySelector('code')
  if (code) return copyText(code.textContent ?? '')
  const link = event.target.closest('a[href^="#fn"]')
  if (!link) return
  event.preventDefault()
  document.getElementById(link.getAttribute('href')?.slice(1) ?? '')?.scrollIntoView({ block: 'center' })
}
