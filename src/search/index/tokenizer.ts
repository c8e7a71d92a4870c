import { fold } from './folding.js'
import { otherForms } from './forms.js'
import { isAscii, LETTERS, MAX_TOKEN_LENGTH, SPACED_LETTERS, UNSPACED } from './letters.js'

/*
 * The tokenizer. The index and the queries both use it, so they always match. SQLite's own tokenizer only splits the
 * result at spaces (`data/migrations`, the table `search`).
 */

/**
 * The version that is stored in the file. It covers this tokenizer, folding (`folding.ts`), further forms (`forms.ts`), the
 * choice of texts (`texts.ts`) and facets (`facets.ts`), the sort keys of titles (`title-key.ts`), and the Unicode data.
 * After a change the index and the keys are made again, because removing an entry needs exactly the tokens it was added
 * with.
 */
export const TOKENIZER_VERSION = `6 / Unicode ${process.versions.unicode}`

/** Signs that change the meaning of a word, as in C++, C#, 50% and e-mail addresses. Each is a token. */
const SIGNS = '+#%&@'

/** Matches the tokens in a folded text. Not a literal: the flag `v` is newer than the syntax this project is compiled to. */
export const tokenPattern = new RegExp(
  `[${SPACED_LETTERS}]{1,${MAX_TOKEN_LENGTH}}|[${LETTERS}&&[${UNSPACED}]]|[${SIGNS}[[\\p{Sm}\\p{Sc}\\p{So}]--\\p{ASCII}]]`, 'gv')

const asciiWord = new RegExp(`[a-z0-9]{1,${MAX_TOKEN_LENGTH}}|[${SIGNS}]`, 'g')

/** Longer runs of the characters of base64 can be data, which is not indexed. */
const MAX_RUN = 200
const longRun = new RegExp(`(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{${MAX_RUN},}={0,2}`, 'g')
const unbroken = new RegExp(`[A-Za-z0-9]{${MAX_RUN},}`, 'g')

/**
 * Characters of a long run that have at least one separator. Base64 has one in 32. Paths and words joined by hyphens have more.
 */
const MAX_CHARACTERS_PER_SEPARATOR = 20

/** Returns a text without base64 and similar data. Long paths and other words with separators stay. */
function withoutData (text: string): string {
  return text.replace(longRun, (run) => {
    const separators = run.length - run.replace(/[+/_-]/g, '').length
    return separators * MAX_CHARACTERS_PER_SEPARATOR < run.length ? ' ' : run.replace(unbroken, ' ')
  })
}

/** Returns the tokens of a text in order. Case and accents are folded. */
export function tokenize (text: string): string[] {
  return isAscii(text) ? text.toLowerCase().match(asciiWord) ?? [] : fold(text).match(tokenPattern) ?? []
}

/**
 * Returns the prefix of all of a user's tokens in the index. It keeps the terms of a user together, so a search for a
 * prefix never reads another user's. It starts with its length, so no user's prefix begins with another's.
 */
export function termPrefix (userNo: number) {
  const digits = userNo.toString(36)
  return digits.length + digits
}

/**
 * UTF-16 units that are tokenized at once, in about 3 ms. Tokenizing a long text at once would create millions of
 * strings.
 */
export const SLICE_LENGTH = 32_768

/**
 * Returns the prefixed tokens of several texts, joined by spaces. A bare prefix separates two texts, so no phrase spans
 * them. The further forms of words follow, each once and separated likewise, and then the `extra` tokens. Yields after
 * each slice of a text, because the longest texts take 100 ms.
 */
export function * indexWords (userNo: number, texts: readonly string[], extra: readonly string[] = []): Generator<void, string, void> {
  const prefix = termPrefix(userNo)
  const words: string[] = []
  const forms = new Set<string>()
  const known = new Set<string>()
  for (const text of texts) {
    const pieces: string[] = []
    for (const slice of slices(withoutData(text))) {
      if (pieces.length > 0) yield
      const tokens = tokenize(slice)
      if (tokens.length > 0) pieces.push(prefixed(prefix, tokens))
      for (const form of otherForms(slice, known)) forms.add(prefixed(prefix, form.map(({ word }) => word)))
    }
    if (pieces.length > 0) words.push(pieces.join(' '))
  }
  words.push(...forms)
  if (extra.length > 0) words.push(prefixed(prefix, extra))
  return words.join(` ${prefix} `)
}

function prefixed (prefix: string, words: readonly string[]): string {
  return prefix + words.join(` ${prefix}`)
}

function * slices (text: string): Generator<string, void, void> {
  let start = 0
  while (text.length - start > SLICE_LENGTH) {
    const space = Math.max(text.lastIndexOf(' ', start + SLICE_LENGTH), text.lastIndexOf('\n', start + SLICE_LENGTH))
    const end = space > start ? space : start + SLICE_LENGTH
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}
