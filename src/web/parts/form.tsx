import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { asFailure, type Failure } from '../api/failure.js'
import { failureText, t } from '../i18n/index.js'
import { FailureNote } from './failure-note.js'

interface FormProps {
  action: string
  isWide?: boolean
  isDanger?: boolean
  /** Whether it can be sent. */
  isReady?: boolean
  onSend (form: FormData): Promise<void>
  /** In a dialog: closes it. */
  onCancel? (): void
  children: ComponentChildren
}

/** Fields with one action. What was typed stays when it fails, and the failure stands above the button; when it is done the fields are as at first. */
export function Form ({ action, isWide = true, isDanger = false, isReady = true, onSend, onCancel, children }: FormProps) {
  const failure = useSignal<Failure | null>(null)
  const isSending = useSignal(false)
  async function send (event: SubmitEvent) {
    event.preventDefault()
    const form = event.currentTarget
    if (!(form instanceof HTMLFormElement)) return
    isSending.value = true
    failure.value = null
    try {
      await onSend(new FormData(form))
      form.reset()
    } catch (error) {
      failure.value = asFailure(error)
    }
    isSending.value = false
  }
  return (
    <form class='form' onSubmit={send}>
      {children}
      {failure.value && <FailureNote title={failureText(failure.value)} failure={null} />}
      <div class={onCancel ? 'dialog-actions' : 'form-actions'}>
        {onCancel && <button type='button' class='button' onClick={onCancel}>{t('common.cancel')}</button>}
        <button type='submit' class={`button ${isDanger ? 'danger' : 'primary'} ${isWide && !onCancel ? 'wide' : ''}`} disabled={isSending.value || !isReady}>{action}</button>
      </div>
    </form>
  )
}

interface FieldProps {
  name: string
  type: string
  label: string
  autoComplete: string
  hint?: string
  value?: string
  minLength?: number
  isFocused?: boolean
  onType? (text: string): void
  isOptional?: boolean
}

/** One labelled field of a form. */
export function Field ({ name, type, label, autoComplete, hint, value = '', minLength, isFocused = false, isOptional = false, onType }: FieldProps) {
  const id = useId()
  return (
    <div class='labelled'>
      <label for={id}>{label}</label>
      <input
        id={id} class='field' name={name} type={type} autoComplete={autoComplete} defaultValue={value} minLength={minLength} required={!isOptional}
        autoFocus={isFocused} onInput={onType && (({ currentTarget }) => onType(currentTarget.value))} aria-describedby={hint && `${id}-hint`}
      />
      {hint && <p id={`${id}-hint`} class='quiet small'>{hint}</p>}
    </div>
  )
}
