import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../i18n/index.js'
import { addFiles } from '../state/imports.js'
import { Icon } from './icon.js'

/** Takes files that are dropped anywhere on the page. */
export function DropZone () {
  const isOver = useSignal(false)
  useEffect(() => {
    // Entering a child leaves its parent, so the two are counted against each other.
    let depth = 0
    const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false
    const listeners = {
      dragenter: (event: DragEvent) => { if (hasFiles(event)) { depth++; isOver.value = true } },
      dragleave: (event: DragEvent) => { if (hasFiles(event) && --depth <= 0) { depth = 0; isOver.value = false } },
      dragover: (event: DragEvent) => { if (hasFiles(event)) event.preventDefault() },
      drop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth = 0
        isOver.value = false
        addFiles(event.dataTransfer?.files ?? [])
      }
    }
    const controller = new AbortController()
    for (const [name, listener] of Object.entries(listeners)) {
      addEventListener(name, (event) => { if (event instanceof DragEvent) listener(event) }, { signal: controller.signal })
    }
    return () => controller.abort()
  }, [])
  if (!isOver.value) return null
  return (
    <div class='drop-zone' aria-hidden='true'>
      <div><Icon name='import' /><p class='empty-title'>{t('app.drop')}</p><p>{t('app.dropHint')}</p></div>
    </div>
  )
}
