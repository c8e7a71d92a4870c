import type { Message } from '../api/types.js'
import { formatNumber, t } from '../i18n/index.js'
import { goToSibling } from '../state/reader.js'
import { Icon } from './icon.js'

/** ‹ 2/3 › at a message that others stand beside. What is read stays where it is on the screen. */
export function BranchSwitcher ({ message, position, count }: { message: Message, position: number, count: number }) {
  function step (button: HTMLElement, by: number) {
    const top = button.getBoundingClientRect().top
    const sibling = goToSibling(message, by)
    if (sibling === null) return
    requestAnimationFrame(() => {
      const buttons = document.getElementById(`m-${sibling}`)?.querySelectorAll<HTMLElement>('.branches button')
      const same = buttons?.[by < 0 ? 0 : 1]
      if (!same) return
      scrollBy({ top: same.getBoundingClientRect().top - top, behavior: 'instant' })
      if (same.ariaDisabled === 'true') buttons?.[by < 0 ? 1 : 0]?.focus({ preventScroll: true })
      else same.focus({ preventScroll: true })
    })
  }

  return (
    <div class='branches' role='group' aria-label={t('message.siblings', { position, count })}>
      <button type='button' class='icon-button' aria-label={t('message.previous')} aria-disabled={position === 1} onClick={({ currentTarget }) => step(currentTarget, -1)}>
        <Icon name='back' />
      </button>
      <span aria-hidden='true'>{formatNumber(position)}/{formatNumber(count)}</span>
      <button type='button' class='icon-button' aria-label={t('message.next')} aria-disabled={position === count} onClick={({ currentTarget }) => step(currentTarget, 1)}>
        <Icon name='next' />
      </button>
    </div>
  )
}
