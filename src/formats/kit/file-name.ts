import { digest } from './identity.js'
import type { StoredConversation } from './stored.js'

/** Longest name of a file in an archive, its ending included, in bytes of UTF-8. */
const MAX_NAME_BYTES = 120

/** Characters of the piece of the id that keeps two names apart. */
const ID_CHARACTERS = 8

/**
 * Characters that Windows, macOS, Linux or a link of Obsidian does not take in a name. Control characters, marks that change the
 * direction of writing, and halves of surrogate pairs.
 */
const UNWANTED = /[\\/:*?"<>|#^[\]\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu

/** Names that Windows keeps for devices (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** Text as a name of a file on every system, at most `maxBytes` long; `untitled` if nothing of it can stay. */
export function safeName (text: string, maxBytes = MAX_NAME_BYTES): string {
  const tidy = text.normalize('NFC').replace(UNWANTED, ' ').replace(/\s+/gu, ' ')
  const name = firstBytes(tidy.replace(/^[. ]+/, ''), maxBytes).replace(/[. ]+$/, '')
  return name === '' ? 'untitled' : RESERVED.test(name) ? `_${name}`.slice(0, maxBytes) : name
}

/**
 * Names the files of one archive. The returned function gives a path: the folder, then `prefix` and title. A path that was given
 * before, in whatever case, gets a piece of the conversation's id before its ending.
 */
export function fileNames (ending: string) {
  const taken = new Set<string>()
  return (folder: string, { conversationId, title }: Pick<StoredConversation, 'conversationId' | 'title'>, prefix = ''): string => {
    const room = MAX_NAME_BYTES - Buffer.byteLength(ending)
    const path = (id: string) => `${folder}${safeName(prefix + title, room - Buffer.byteLength(id))}${id}${ending}`
    const names = [path(''), path(` ${shortId(conversationId)}`), path(` ${digest(conversationId)}`)]
    const name = names.find((name) => !taken.has(name.toLowerCase())) ?? path(` ${digest([conversationId, taken.size])}`)
    taken.add(name.toLowerCase())
    return name
  }
}

/** The last characters, because ids of one time begin alike. */
function shortId (conversationId: string): string {
  return safeName(conversationId).slice(-ID_CHARACTERS).trim()
}

function firstBytes (text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}
