import type { JsonObject, Sidecar } from '../formats/kit/draft.js'
import { formats } from '../formats/registry.js'

const sidecars = formats.flatMap((format) => format.sidecars ?? [])

/** The known neighbour of histories that this is, or null. */
export function findSidecar (value: JsonObject): Sidecar | null {
  return sidecars.find((candidate) => candidate.matches(value)) ?? null
}
