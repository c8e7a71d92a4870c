import { type JsonValue } from './draft.js'
import { parseTime } from './times.js'

/** The entries of a file that keeps no order, by their times; one without a time stays behind the entry before it. */
export function byTime <T> (entries: readonly T[], timeOf: (entry: T) => JsonValue | undefined): T[] {
  let time = 0
  const dated = entries.map((entry) => {
    time = parseTime(timeOf(entry)) ?? time
    return { entry, time }
  })
  return dated.sort((a, b) => a.time - b.time).map(({ entry }) => entry)
}
