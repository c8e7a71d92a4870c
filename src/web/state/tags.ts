import { signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import type { Tag } from '../api/types.js'
import { announceFailure } from './notices.js'

/** The tags there are, with how many conversations carry each. */
export const tags = signal<Tag[]>([])

/** Reads the tags again. */
export async function reloadTags () {
  try {
    tags.value = await result(api.GET('/api/tags'))
  } catch (error) {
    announceFailure(error)
  }
}
