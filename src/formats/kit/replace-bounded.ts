import { EntryError } from './draft.js'
import { maxMessageBytes } from './message-body.js'

/**
 * The text with each match of a global pattern replaced by what `replace` makes of its first group.
 * @throws {EntryError} when the replacements alone exceed what a message may hold: a short mark repeated over a long
 * text could stand for terabytes of links.
 */
export function replaceMarks (text: string, pattern: RegExp, replace: (group: string) => string): string {
  let replaced = 0
  return text.replace(pattern, (_mark, group: string) => {
    const replacement = replace(group)
    replaced += replacement.length
    if (replaced > maxMessageBytes) throw new EntryError('A message is larger than 16 MiB')
    return replacement
  })
}
