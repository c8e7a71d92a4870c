import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ImportStatus } from '../api/types.js'
import { failureText, formatBytes, formatSpan, t } from '../i18n/index.js'
import { cancelImport, checkAgain, forgetImport, fractionDone, type ImportTask, startImport } from '../state/imports.js'
import { attempt } from '../state/notices.js'
import { FailureNote } from './failure-note.js'
import { formatNames } from './formats.js'
import { Icon } from './icon.js'
import { ImportReport } from './import-report.js'

/** One file on its way in: what is in it, how far it has come, what became of it. */
export function ImportCard ({ task }: { task: ImportTask }) {
  const { step, status, failure, isStopping } = task.progress.value
  const card = useRef<HTMLElement>(null)
  const isWithin = useRef(false)
  // The button that was pressed is gone in the next step: the focus stays with the card.
  useLayoutEffect(() => { if (isWithin.current && document.activeElement === document.body) card.current?.focus({ preventScroll: true }) }, [step])
  const isUnderWay = step === 'queued' || step === 'checking' || step === 'importing'
  return (
    <article
      ref={card} class='import-card' aria-label={task.file.name} tabIndex={-1}
      onFocusIn={() => { isWithin.current = true }} onFocusOut={({ relatedTarget }) => { if (relatedTarget !== null) isWithin.current = false }}
    >
      <header>
        <Icon name='file' />
        <h3 dir='auto'>{task.file.name}</h3>
        <span class='quiet small'>{formatBytes(task.file.size)}{status?.format ? ` · ${formatNames(status.format)}` : ''}</span>
        {isUnderWay
          ? <button type='button' class='button' disabled={isStopping} onClick={() => { attempt(() => cancelImport(task)) }}>{t('import.cancel')}</button>
          : <button type='button' class='icon-button' aria-label={t('import.forget')} title={t('import.forget')} onClick={() => forgetImport(task)}><Icon name='close' /></button>}
      </header>
      {isUnderWay && <Progress task={task} />}
      {step === 'checked' && status && <Checked task={task} status={status} />}
      {step === 'done' && status && <Done status={status} />}
      {step === 'cancelled' && <p>{t('import.cancelled')} <button type='button' class='link-button' onClick={() => checkAgain(task)}>{t('common.retry')}</button></p>}
      {step === 'failed' && <FailureNote title={status?.error ? failureText(status.error) : t('import.failed')} failure={failure} onRetry={() => checkAgain(task)} />}
    </article>
  )
}

function Progress ({ task }: { task: ImportTask }) {
  const progress = task.progress.value
  const { step, status, sentBytes, startedAt, isStopping } = progress
  const fraction = step === 'queued' ? 0 : fractionDone(progress, task.file)
  const elapsed = (Date.now() - startedAt) / 1000
  const left = fraction > 0.05 && elapsed > 3 ? elapsed / fraction - elapsed : null
  const found = status ? status.imported + status.updated + status.unchanged : 0
  const isSending = status === null && sentBytes < task.file.size
  const doing = isStopping
    ? t('import.stopping')
    : step === 'queued'
      ? t('import.queued')
      : isSending ? t('import.sending', { sent: formatBytes(sentBytes), total: formatBytes(task.file.size) }) : t(step === 'checking' ? 'import.checking' : 'import.importing')
  return (
    <div class='import-progress'>
      <progress max='1' value={fraction} aria-label={task.file.name} />
      <p class='quiet small' role='status'>
        {[doing, found > 0 && t('import.foundSoFar', { count: found }), left !== null && t('import.left', { span: formatSpan(left) })].filter(Boolean).join(' · ')}
      </p>
    </div>
  )
}

function Checked ({ task, status }: { task: ImportTask, status: ImportStatus }) {
  const count = status.imported + status.updated
  return (
    <>
      <p>{t(count > 0 || status.skipped > 0 ? 'import.checked' : 'import.nothingNew')}</p>
      <ImportReport status={status} />
      {(status.skipped > 0 || task.restoreDeleted.value) && (
        <label class='toggle'>
          <input type='checkbox' checked={task.restoreDeleted} onChange={({ currentTarget }) => { task.restoreDeleted.value = currentTarget.checked; checkAgain(task) }} />
          {t('import.restore')}
        </label>
      )}
      {count > 0 && <button type='button' class='button primary' onClick={() => startImport(task)}>{t('import.start', { count })}</button>}
    </>
  )
}

function Done ({ status }: { status: ImportStatus }) {
  return (
    <>
      <p class='import-done'><Icon name='check' />{t('import.done')}</p>
      <ImportReport status={status} />
      <a class='button' href='/'>{t('import.open')}</a>
    </>
  )
}
