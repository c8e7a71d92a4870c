import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { searched } from '../state/address.js'
import { expand } from '../state/expanded.js'
import { findHits, findPosition, findTerms, findText, hitsElsewhere, stepHit, typedFind } from '../state/find-in-conversation.js'
import { isFinding } from '../state/keyboard.js'
import { branch } from '../state/reader.js'
import { Icon } from './icon.js'
import { rangesIn, showMarks } from './marks.js'

/** Finds in the conversation: marks every hit that is shown and goes from one to the next, over all branches. */
export function FindBar () {
  const field = useRef<HTMLInputElement>(null)
  useMarks()
  // Before the next frame: what is typed as the bar appears goes into it.
  useLayoutEffect(() => { if (isFinding.value) field.current?.focus() }, [isFinding.value])
  const hits = findHits.value
  const at = hits.findIndex(({ messageId }) => messageId === findPosition.value?.messageId)

  function close () {
    isFinding.value = false
    typedFind.value = searched.value === '' ? null : ''
    findPosition.value = null
  }

  return (
    <form class='find-bar' role='search' aria-label={t('find.label')} onSubmit={(event) => { event.preventDefault(); step(1) }}>
      <Icon name='search' />
      <input
        ref={field} type='text' value={findText} placeholder={t('find.placeholder')} aria-label={t('find.label')} dir='auto' enterKeyHint='search'
        onInput={({ currentTarget }) => { typedFind.value = currentTarget.value; findPosition.value = null }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close()
          if (event.key !== 'Enter' || !event.shiftKey) return
          event.preventDefault()
          step(-1)
        }}
      />
      <span class='find-count' role='status'>
        {findTerms.value.length > 0 && (describe(at, hits.length))}
        {hitsElsewhere.value > 0 && <span class='quiet'> · {t('find.elsewhere', { count: hitsElsewhere.value })}</span>}
      </span>
      <button type='button' class='icon-button' aria-label={t('find.previous')} onClick={() => step(-1)}><Icon name='up' /></button>
      <button type='button' class='icon-button' aria-label={t('find.next')} onClick={() => step(1)}><Icon name='down' /></button>
      <button type='button' class='icon-button' aria-label={t('common.close')} onClick={close}><Icon name='close' /></button>
    </form>
  )
}

function describe (at: number, count: number): string {
  if (count === 0) return t('find.none')
  return at < 0 ? t('conversation.messages', { count }) : t('find.position', { position: at + 1, count })
}

/** To the next mark within the message, else to the next message. */
function step (by: 1 | -1) {
  const position = findPosition.value
  const marks = position === null ? 0 : marksOf(position.messageId).length
  const next = Math.min(position?.mark ?? -1, marks - 1) + by
  if (position !== null && next >= 0 && next < marks) findPosition.value = { ...position, mark: next }
  else stepHit(by)
}

/** Keeps the marks as what is shown changes: messages come in late, branches change, parts unfold. */
function useMarks () {
  useEffect(() => {
    let frame = 0
    const update = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(mark)
    }
    const unsubscribe = [findTerms, branch].map((signal) => signal.subscribe(update))
    unsubscribe.push(findPosition.subscribe((position) => {
      if (position) requestAnimationFrame(() => reveal(position))
      update()
    }))
    const observer = new MutationObserver(update)
    const messages = document.querySelector('.messages')
    if (messages) observer.observe(messages, { childList: true, subtree: true })
    return () => {
      for (const end of unsubscribe) end()
      observer.disconnect()
      cancelAnimationFrame(frame)
      showMarks([], null)
    }
  }, [])
}

function mark () {
  const position = findPosition.value
  const ranges = findTerms.value.length === 0 ? [] : branch.value.flatMap(({ messageId }) => marksOf(messageId))
  const inside = position === null ? [] : marksOf(position.messageId)
  showMarks(ranges, inside[Math.min(position?.mark ?? 0, inside.length - 1)] ?? null)
}

/** Opens whatever hides a mark and brings it to the middle of the window. */
function reveal ({ messageId, mark }: { messageId: string, mark: number }) {
  expand(messageId, true)
  document.getElementById(`m-${messageId}`)?.scrollIntoView({ block: 'nearest' })
  // What came near is laid out with the next frame.
  requestAnimationFrame(() => {
    const marks = marksOf(messageId)
    const range = marks[Math.min(mark, marks.length - 1)]
    if (!range) return
    for (let fold = range.startContainer.parentElement?.closest('details'); fold; fold = fold.parentElement?.closest('details')) fold.open = true
    const { top, height } = range.getBoundingClientRect()
    scrollBy({ top: top + height / 2 - innerHeight / 2, behavior: 'instant' })
  })
}

function marksOf (messageId: string): Range[] {
  const body = document.getElementById(`m-${messageId}`)?.querySelector('.message-body')
  return body ? rangesIn(body, findTerms.value) : []
}
