import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { asFailure, type Failure } from '../api/failure.js'
import { t } from '../i18n/index.js'
import { FailureNote } from './failure-note.js'

interface FormProps { action: string, isWide?: boolean, onSend (form: FormData): Promise<void>, children: ComponentChildren }

/** Fields with one action. What was typed stays when it fails, and the failure stands above the button. */
export function Form ({ action, isWide = true, onSend, children }: FormProps) {
  const failure = useSignal<Failure | null>(null)
  const isSending = useSignal(false)
  async function send (event: SubmitEvent) {
    event.preventDefault()
    if (!(event.currentTarget instanceof HTMLFormElement)) return
    isSending.value = true
    failure.value = null
    try {
      await onSend(new FormData(event.currentTarget))
    } catch (error) {
      failure.value = asFailure(error)
    }
    isSending.value = false
  }
  return (
    <form class='form' onSubmit={send}>
      {children}
      {failure.value && <FailureNote title={failure.value.code === 'OFFLINE' ? t('app.offline') : failure.value.message} failure={null} />}
      <button type='submit' class={isWide ? 'button primary wide' : 'button primary'} disabled={isSending}>{action}</button>
    </form>
  )
}

interface FieldProps { name: string, type: string, label: string, autoComplete: string, hint?: string, value?: string, minLength?: number, isFocused?: boolean }

/** One labelled field of a form. */
export function Field ({ name, type, label, autoComplete, hint, value = '', minLength, isFocused = false }: FieldProps) {
  const id = `field-${name}`
  return (
    <div class='labelled'>
      <label for={id}>{label}</label>
      <input id={id} class='field' name={name} type={type} autoComplete={autoComplete} defaultValue={value} minLength={minLength} required autoFocus={isFocused} aria-describedby={hint && `${id}-hint`} />
      {hint && <p id={`${id}-hint`} class='quiet small'>{hint}</p>}
    </div>
  )
}
