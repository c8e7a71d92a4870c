import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { isAbort } from '../api/failure.js'
import type { ExportStatus } from '../api/types.js'
import { t } from '../i18n/index.js'
import { exportFormats, exportMany, exportOne } from '../state/exports.js'
import { Dialog } from './dialog.js'
import { Form } from './form.js'

/** Downloads conversations in a format that is chosen; `ids` is null for all of them. */
export function ExportDialog ({ ids, onClose }: { ids: string[] | null, onClose (): void }) {
  const status = useSignal<ExportStatus | null>(null)
  const stop = useRef(new AbortController())
  const close = () => {
    stop.current.abort()
    onClose()
  }

  async function send (form: FormData) {
    const format = exportFormats.find((name) => name === form.get('format')) ?? 'parley'
    const [one] = ids ?? []
    try {
      if (ids?.length === 1 && one !== undefined) await exportOne(one, format)
      else await exportMany(ids, format, (next) => { status.value = next }, stop.current.signal)
      onClose()
    } catch (error) {
      status.value = null
      if (!isAbort(error)) throw error
    }
  }

  return (
    <Dialog title={ids ? t('export.title', { count: ids.length }) : t('export.all')} onClose={close}>
      <Form action={t('export.download')} onSend={send} onCancel={close}>
        <fieldset class='labelled'>
          <legend>{t('export.format')}</legend>
          {exportFormats.map((name) => (
            <label key={name} class='toggle'><input type='radio' name='format' value={name} defaultChecked={name === 'parley'} />{t(`export.${name}`)}</label>
          ))}
        </fieldset>
        {status.value && (
          <div class='import-progress'>
            <progress max={Math.max(1, status.value.conversationsTotal)} value={status.value.conversations} aria-label={t('export.all')} />
            <p class='quiet small' role='status'>{t('export.progress', { done: status.value.conversations, total: status.value.conversationsTotal })}</p>
          </div>
        )}
      </Form>
    </Dialog>
  )
}
