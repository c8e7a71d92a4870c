import { useSignal } from '@preact/signals'
import { memo } from 'preact/compat'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Message } from '../api/types.js'
import { tree } from '../state/reader.js'
import { siblingsOf } from '../state/tree.js'
import { Turn } from './message.js'
import { whenNear } from './near.js'

interface MessageSliceProps {
  messages: Message[]
  /** Whether it is about to be seen. */
  isInSight: boolean
  /** The message that the address points at, if it is one of these. */
  target: string | null
}

/**
 * Messages that follow each other. At first they are empty places that can be gone to. Their texts come when the browser
 * has nothing else to do, so that its own search finds them, and all of them when they come near the window.
 */
export const MessageSlice = memo(function MessageSlice ({ messages, isInSight, target }: MessageSliceProps) {
  const element = useRef<HTMLDivElement>(null)
  const shown = useSignal<'places' | 'texts' | 'all'>(isInSight ? 'all' : 'places')
  useLayoutEffect(() => { if (isInSight) shown.value = 'all' }, [isInSight])
  useEffect(() => {
    if (shown.peek() === 'all' || !element.current) return
    return whenNear(element.current, {
      onIdle: () => { if (shown.peek() === 'places') shown.value = 'texts' },
      onNear: () => { shown.value = 'all' }
    })
  }, [])
  const level = isInSight ? 'all' : shown.value
  return (
    <div ref={element} class='slice' style={{ '--messages': messages.length }}>
      {messages.map((message) => {
        const { messageId, isCreatedByUser } = message
        const kind = level === 'places' ? 'pending' : isCreatedByUser ? 'prompt' : 'answer'
        return (
          <article
            key={messageId} id={`m-${messageId}`} class={messageId === target ? `message ${kind} target` : `message ${kind}`}
            tabIndex={-1} aria-labelledby={level === 'places' ? undefined : `h-${messageId}`}
          >
            {level !== 'places' && <Turn message={message} hasActions={level === 'all'} {...placeOf(message)} />}
          </article>
        )
      })}
    </div>
  )
})

/** Where a message stands among its siblings, from 1, and how many they are. */
function placeOf (message: Message): { position: number, siblings: number } {
  const siblings = siblingsOf(tree.value, message)
  return { position: siblings.indexOf(message) + 1, siblings: siblings.length }
}
