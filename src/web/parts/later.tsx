import { useSignal } from '@preact/signals'
import { type ComponentType, createElement } from 'preact'
import { useEffect } from 'preact/hooks'
import { asFailure, type Failure } from '../api/failure.js'
import { t } from '../i18n/index.js'
import { FailureNote } from './failure-note.js'

/** A component whose code is loaded when it is first shown. What cannot be loaded says so and can be tried again. */
export function later <Props extends object> (load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Later (props: Props) {
    const view = useSignal(loaded)
    const failure = useSignal<Failure | null>(null)
    const fail = (error: unknown) => { failure.value = asFailure(error) }
    useEffect(() => { if (!loaded) load().then((component) => { view.value = loaded = component }, fail) }, [])
    // A browser remembers that a module failed, so only a new document asks for it again. Without a server there would be none.
    async function retry () {
      try {
        await fetch('/', { method: 'HEAD', cache: 'no-store' })
        location.reload()
      } catch (error) {
        fail(error)
      }
    }
    if (view.value) return createElement(view.value, props)
    if (failure.value) return <div class='page'><FailureNote title={t('app.partFailed')} failure={failure.value} onRetry={retry} /></div>
    return <p class='visually-hidden' role='status'>{t('common.loading')}</p>
  }
}
