import { t } from '../i18n/index.js'
import { announce } from '../state/notices.js'

/** Puts text on the clipboard and says so. Over plain HTTP the modern way is not there, so the old one has to do. */
export async function copyText (text: string) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text)
  else copyBySelection(text)
  announce(t('common.copied'))
}

function copyBySelection (text: string) {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
