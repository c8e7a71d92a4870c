import type { Sidecar } from '../kit/draft.js'
import { isObject } from '../kit/json-value.js'

/** What people find beside their history of Parley and pick by mistake. */
export const parleySidecars: readonly Sidecar[] = [
  {
    what: 'the manifest of an export of Parley (manifest.json), with counts of what is beside it',
    take: 'conversations.ndjson, or the whole zip as Parley made it',
    matches: ({ format, files }) => format === 'parley' && isObject(files)
  }
]
