import { useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { rename } from '../state/conversation-actions.js'

/** Longest title the server keeps, in characters. */
const MAX_TITLE_CHARACTERS = 1024

interface TitleEditorProps { conversationId: string, title: string, onDone (): void }

/** A title that is being changed where it stands: Enter saves, Escape leaves it. */
export function TitleEditor ({ conversationId, title, onDone }: TitleEditorProps) {
  const field = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  // Before the next frame: a key that is pressed as the field appears goes into it.
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  async function finish (isKept: boolean) {
    if (isDone.current) return
    isDone.current = true
    const typed = field.current?.value.trim() ?? ''
    if (isKept && typed !== '' && typed !== title && !await rename(conversationId, typed)) {
      // What was typed stays when it could not be saved.
      isDone.current = false
      return
    }
    onDone()
  }

  return (
    <input
      ref={field} class='field title-editor' defaultValue={title} maxLength={MAX_TITLE_CHARACTERS} aria-label={t('conversation.renameLabel')} dir='auto'
      onBlur={() => { finish(true) }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(true)
        if (event.key !== 'Escape') return
        event.preventDefault()
        finish(false)
      }}
    />
  )
}
