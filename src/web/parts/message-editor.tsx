import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Message } from '../api/types.js'
import { t } from '../i18n/index.js'
import { announce, attempt } from '../state/notices.js'
import { partsOf } from '../state/parts.js'
import { editMessage } from '../state/reader.js'

/** What is typed and not saved yet, by message, so that changing the branch or the screen loses none of it. */
const drafts = new Map<string, Map<number | null, string>>()

/** Whether a message has changes that are not saved. */
export function hasDraft (messageId: string): boolean {
  return drafts.has(messageId)
}

/** The texts of a message, to be changed. Reasoning and tools are the model's own and stay as they are. */
export function MessageEditor ({ message, onDone }: { message: Message, onDone (): void }) {
  const texts = partsOf(message).flatMap((part) => part.kind === 'text' ? [part] : [])
  const draft = useRef(drafts.get(message.messageId) ?? new Map<number | null, string>())
  const isSaving = useSignal(false)
  const form = useRef<HTMLFormElement>(null)
  // The editor is often shorter than what it replaces. A draft that is shown again leaves the page where it is.
  useLayoutEffect(() => { if (draft.current.size === 0) form.current?.scrollIntoView({ block: 'nearest' }) }, [])

  function type (index: number | null, text: string) {
    draft.current.set(index, text)
    drafts.set(message.messageId, draft.current)
  }

  function leave () {
    drafts.delete(message.messageId)
    onDone()
  }

  async function save () {
    isSaving.value = true
    const isSaved = await attempt(async () => {
      for (const [index, text] of draft.current) await editMessage(message, text, index)
    })
    isSaving.value = false
    if (!isSaved) return
    announce(t('done.saved'))
    leave()
  }

  return (
    <form ref={form} class='message-editor' onSubmit={(event) => { event.preventDefault(); save() }}>
      {texts.map(({ text, index }) => (
        <Field
          key={index} text={draft.current.get(index) ?? text} onType={(typed) => type(index, typed)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') leave()
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
          }}
        />
      ))}
      <div class='editor-actions'>
        <button type='button' class='button' onClick={leave}>{t('common.cancel')}</button>
        <button type='submit' class='button primary' disabled={isSaving}>{t('common.save')}</button>
      </div>
    </form>
  )
}

interface FieldProps { text: string, onType (text: string): void, onKeyDown (event: KeyboardEvent): void }

function Field ({ text, onType, onKeyDown }: FieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  // Before the next frame: a key that is pressed as the field appears goes into it.
  useLayoutEffect(() => { field.current?.focus({ preventScroll: true }) }, [])
  return (
    <textarea
      ref={field} class='field' defaultValue={text} dir='auto' aria-label={t('message.editLabel')}
      onInput={({ currentTarget }) => onType(currentTarget.value)} onKeyDown={onKeyDown}
    />
  )
}
