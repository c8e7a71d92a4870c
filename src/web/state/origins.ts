import { effect, signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { account } from '../api/session.js'
import { filter, shownRows } from './conversations.js'
import { announceFailure } from './notices.js'

/*
 * Where conversations come from: the formats of imports and the services that answered.
 */

/** The formats that conversations were imported from. */
export const sources = signal<string[]>([])
/** The services of the rows read so far. One that was seen stays, so that a filter does not hide the others. */
export const endpoints = signal<string[]>([])

/** Reads the formats again. */
export async function reloadSources () {
  try {
    sources.value = await result(api.GET('/api/convos/sources'))
  } catch (error) {
    announceFailure(error)
  }
}

/** Keeps `endpoints` up to date, and forgets everything when nobody is signed in. */
export function followOrigins () {
  effect(() => {
    if (account.value === null) {
      sources.value = []
      endpoints.value = []
      return
    }
    const seen = [filter.value.endpoint, ...shownRows.value.map(({ endpoint }) => endpoint)].filter((endpoint) => typeof endpoint === 'string')
    const all = new Set([...endpoints.peek(), ...seen])
    if (all.size > endpoints.peek().length) endpoints.value = [...all].toSorted((a, b) => a.localeCompare(b))
  })
}
