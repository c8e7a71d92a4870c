import type { Failure } from '../api/failure.js'
import { failureText, t } from '../i18n/index.js'
import { Icon } from './icon.js'

interface FailureNoteProps { title: string, failure: Failure | null, onRetry? (): void }

/** Says what went wrong, under which id the server's log has it, and offers to try again. */
export function FailureNote ({ title, failure, onRetry }: FailureNoteProps) {
  const text = failure && failureText(failure)
  return (
    <div class='failure-note' role='alert'>
      <Icon name='warning' />
      <div>
        <p class='failure-title'>{title}</p>
        {text !== null && text !== title && <p>{text}</p>}
        {failure?.requestId && <p class='quiet small'>{t('common.requestId', { id: failure.requestId })}</p>}
        {onRetry && <button type='button' class='button' onClick={onRetry}>{t('common.retry')}</button>}
      </div>
    </div>
  )
}
