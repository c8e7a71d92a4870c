import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../i18n/index.js'

interface DialogProps { title: string, onClose (): void, children: ComponentChildren, class?: string, isHeld?: boolean }

/** A window above the page; one that is held stays until what it asks for is done. The browser keeps the focus in it, closes it on Escape, and gives the focus back. */
export function Dialog ({ title, onClose, children, class: extra = '', isHeld = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    return () => { if (before instanceof HTMLElement) before.focus({ preventScroll: true }) }
  }, [])
  const close = () => {
    if (!isHeld) onClose()
    else if (!element.current?.open) element.current?.showModal()
  }
  return (
    <dialog
      ref={element} class={`dialog ${extra}`} aria-labelledby={heading} onClose={close}
      // The close event comes some frames after Escape, and a key pressed meanwhile would be lost.
      onCancel={(event) => { event.preventDefault(); close() }}
      onClick={(event) => { if (event.target === element.current) close() }}
    >
      <div class='dialog-body'>
        <h2 id={heading}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}

interface QuestionProps { title: string, text: string, action: string, onAnswer (isYes: boolean): void }

/** Asks before something is lost. Not to do it is what Enter does first. */
export function Question ({ title, text, action, onAnswer }: QuestionProps) {
  return (
    <Dialog title={title} onClose={() => onAnswer(false)}>
      <p>{text}</p>
      <div class='dialog-actions'>
        <button type='button' class='button' autoFocus onClick={() => onAnswer(false)}>{t('common.cancel')}</button>
        <button type='button' class='button danger' onClick={() => onAnswer(true)}>{action}</button>
      </div>
    </Dialog>
  )
}
