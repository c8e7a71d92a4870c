import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { asFailure, type Failure } from '../api/failure.js'
import { FailureNote } from './failure-note.js'
import { Skeleton } from './skeleton.js'

/** What a screen reads from the server when it is shown. */
export interface Reading<T> {
  /** Null until it is there. */
  value: Signal<T | null>
  failure: Signal<Failure | null>
  /** Reads it again; what is shown stays meanwhile. */
  reload (): Promise<void>
}

/** Reads something when the component is first shown. */
export function useReading <T> (read: () => Promise<T>): Reading<T> {
  const value = useSignal<T | null>(null)
  const failure = useSignal<Failure | null>(null)
  async function reload () {
    try {
      value.value = await read()
      failure.value = null
    } catch (error) {
      failure.value = asFailure(error)
    }
  }
  useEffect(() => { reload() }, [])
  return { value, failure, reload }
}

interface LoadedProps<T> { of: Reading<T>, title: string, children: (value: T) => ComponentChildren }

/** Shows what was read; grey lines before that, and a failure with a way to try again. */
export function Loaded <T> ({ of: { value, failure, reload }, title, children }: LoadedProps<T>) {
  return (
    <>
      {failure.value && <FailureNote title={title} failure={failure.value} onRetry={reload} />}
      {value.value === null ? !failure.value && <Skeleton kind='rows' count={3} /> : children(value.value)}
    </>
  )
}
