/*
 * The tokenizer. The index and the queries both use it, so they always match. SQLite's own tokenizer only splits the
 * result at spaces (`data/migrations`, the table `search`).
 */

/**
 * The version that is stored in the file. It covers this tokenizer, the choice of texts (`texts.ts`) and facets
 * (`facets.ts`), and the Unicode data. After a change the index is rebuilt, because removing an entry needs exactly the
 * tokens it was added with.
 */
export const TOKENIZER_VERSION = `4 / Unicode ${process.versions.unicode}`

/** Scripts without spaces between words. Each character is a token, and a run of them is searched as a phrase. */
const UNSPACED = [
  'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan',
  'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Balinese', 'Javanese'
].map((script) => `\\p{Script_Extensions=${script}}`).join('')

/** Letters, combining marks and digits. */
const LETTERS = '[\\p{L}\\p{M}\\p{N}\\p{Co}]'

/** Signs that change the meaning of a word, as in C++, C#, 50% and e-mail addresses. Each is a token. */
const SIGNS = '+#%&@'

/** Longest token in code points. A longer run of letters becomes several tokens. */
const MAX_TOKEN_LENGTH = 200

// Not a literal: the flag `v` is newer than the syntax this project is compiled to.
const word = new RegExp(
  `[${LETTERS}--[${UNSPACED}]]{1,${MAX_TOKEN_LENGTH}}|[${LETTERS}&&[${UNSPACED}]]|[${SIGNS}[[\\p{Sm}\\p{Sc}\\p{So}]--\\p{ASCII}]]`, 'gv')

const asciiWord = new RegExp(`[a-z0-9]{1,${MAX_TOKEN_LENGTH}}|[${SIGNS}]`, 'g')

const ascii = /^\p{ASCII}*$/u

/** Base64 and similar data, which is not indexed. */
const encoded = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{200,}={0,2}/g

/**
 * Characters that are removed: accents, vowel points, tatweel, and invisible formatting characters. Breve and diaeresis
 * stay in й, ў and ї, which are separate letters.
 */
const ignored = new RegExp([
  '(?<![иу])\\u0306', '(?<!і)\\u0308', '[\\u0300-\\u0305\\u0307\\u0309-\\u036f]',
  '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
  '[\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u0640]',
  '[\\u034f\\ufe00-\\ufe0f\\u00ad\\u061c\\u180e\\u200c-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]'
].join('|'), 'g')

/** Letters that Unicode does not decompose, and their usual replacements. */
const respelled: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h', ı: 'i', þ: 'th', ς: 'σ', ʼ: '\'', ʻ: '\'', ʹ: '\''
}
const respelledLetter = new RegExp(`[${Object.keys(respelled).join('')}]`, 'g')

/** Returns the tokens of a text in order. Case and accents are folded. */
export function tokenize (text: string): string[] {
  return ascii.test(text) ? text.toLowerCase().match(asciiWord) ?? [] : fold(text).match(word) ?? []
}

/** Yields the tokens of a text with their position in it, in UTF-16 units. */
export function * locateWords (text: string): Generator<{ word: string, start: number, end: number }, void, void> {
  for (const { 0: run, index: start } of text.matchAll(word)) {
    for (const found of tokenize(run)) yield { word: found, start, end: start + run.length }
  }
}

function fold (text: string) {
  return text.normalize('NFKD').toLowerCase().replaceAll(ignored, '')
    .replaceAll(respelledLetter, (letter) => respelled[letter] ?? letter)
    .normalize('NFC')
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
 * them. The `extra` tokens follow after another one. Yields after each slice of a text, because the longest texts take
 * 100 ms.
 */
export function * indexWords (userNo: number, texts: readonly string[], extra: readonly string[] = []): Generator<void, string, void> {
  const prefix = termPrefix(userNo)
  const words: string[] = []
  for (const text of texts) {
    const tokens = yield * prefixedTokens(prefix, text)
    if (tokens !== '') words.push(tokens)
  }
  if (extra.length > 0) words.push(extra.map((token) => prefix + token).join(' '))
  return words.join(` ${prefix} `)
}

function * prefixedTokens (prefix: string, text: string): Generator<void, string, void> {
  const prefixed: string[] = []
  for (const slice of slices(text.replaceAll(encoded, ' '))) {
    if (prefixed.length > 0) yield
    const words = tokenize(slice)
    if (words.length > 0) prefixed.push(prefix + words.join(` ${prefix}`))
  }
  return prefixed.join(' ')
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
