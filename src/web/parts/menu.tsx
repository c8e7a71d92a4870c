import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.js'

interface MenuProps { label: string, icon: IconName, children: ComponentChildren, class?: string, text?: string, onOpen? (): void }

/** Space between a menu and its button, and at least to the edge of the window, in pixels. */
const GAP = 4

/** A button that opens a list of things to do. The list stands above everything, so nothing can cut it off. */
export function Menu ({ label, icon, children, class: extra = '', text, onOpen }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const isOpen = useSignal(false)
  const id = useId()

  function onToggle (event: ToggleEvent) {
    isOpen.value = event.newState === 'open'
    if (!isOpen.value) return
    onOpen?.()
    // The entries are there after the next frame only.
    requestAnimationFrame(() => { place(button.current, list.current); entries(list.current)[0]?.focus() })
  }

  function onKeyDown (event: KeyboardEvent) {
    const all = entries(list.current)
    const at = all.findIndex((entry) => entry === document.activeElement)
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    all[(next + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        ref={button} type='button' class={text ? `button ${extra}` : `icon-button ${extra}`} aria-label={text ? undefined : label} title={text ? undefined : label}
        aria-haspopup='menu' aria-expanded={isOpen.value} popoverTarget={id}
      >
        <Icon name={icon} />{text}
      </button>
      <div
        ref={list} id={id} class='menu' role='menu' aria-label={label} popover='auto' onToggle={onToggle} onKeyDown={onKeyDown}
        onClick={() => list.current?.hidePopover()}
      >
        {isOpen.value && children}
      </div>
    </>
  )
}

interface MenuEntryProps { icon?: IconName, onPick (): void, children: ComponentChildren, isDanger?: boolean, isChecked?: boolean }

/** One thing to do; with `isChecked`, one of several to choose from. */
export function MenuEntry ({ icon, onPick, children, isDanger = false, isChecked }: MenuEntryProps) {
  return (
    <button
      type='button' class={isDanger ? 'menu-entry danger' : 'menu-entry'} role={isChecked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={isChecked}
      tabIndex={-1} onClick={onPick}
    >
      {isChecked === undefined ? icon && <Icon name={icon} /> : <span class='menu-check'>{isChecked && <Icon name='check' />}</span>}
      <span>{children}</span>
    </button>
  )
}

/** A heading within a menu. */
export function MenuHeading ({ children }: { children: ComponentChildren }) {
  return <div class='menu-heading' role='presentation'>{children}</div>
}

function entries (list: HTMLElement | null): HTMLElement[] {
  return [...list?.querySelectorAll<HTMLElement>('.menu-entry') ?? []]
}

/** Below the button where there is room, else above, and always within the window. */
function place (button: HTMLElement | null, list: HTMLElement | null) {
  if (!button || !list) return
  const from = button.getBoundingClientRect()
  const { width, height } = list.getBoundingClientRect()
  const left = Math.max(GAP, Math.min(from.right - width, innerWidth - width - GAP))
  const below = from.bottom + GAP
  const top = below + height < innerHeight ? below : Math.max(GAP, from.top - height - GAP)
  list.style.left = `${left}px`
  list.style.top = `${top}px`
}
