import { t } from '../i18n/index.js'

/** Grey lines where rows or texts will be, of about their size, so that nothing jumps when they come. */
export function Skeleton ({ kind, count }: { kind: 'rows' | 'messages', count: number }) {
  return (
    <div class={`skeleton skeleton-${kind}`} role='status'>
      <span class='visually-hidden'>{t('common.loading')}</span>
      {Array.from({ length: count }, (_, index) => <div key={index} class='skeleton-item'><span /><span /></div>)}
    </div>
  )
}
