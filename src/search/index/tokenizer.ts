/*
 * How text becomes words. The index and the queries both come through here, so that they can only agree: what SQLite's
 * tokenizer gets has nothing left to decide (`data/migrations`, the table `search`).
 */

/**
 * Names the rules of this file and the Unicode data they stand on. An index made by other rules cannot be kept,
 * because taking an entry out needs exactly the words it was put in with.
 */
export const CUTTING_RULES = `1 / Unicode ${process.versions.unicode}`

/** Scripts that write without spaces between words: each character is a word, and a run of them a phrase. */
const UNSPACED = [
  'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan',
  'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Balinese', 'Javanese'
].map((script) => `\\p{Script_Extensions=${script}}`).join('')

/** Letters with their marks, and digits. */
const LETTERS = '[\\p{L}\\p{M}\\p{N}\\p{Co}]'

/** Signs that tell things apart: C from C++ and C#, 50 from 50%, a name from an address. Each is a word. */
const SIGNS = '+#%&@'

/** Longest word; a longer run of letters is several. */
const MAX_WORD = 200

// The flag `v`, which these set operations need, is newer than the syntax this project is compiled to.
const word = new RegExp(
  `[${LETTERS}--[${UNSPACED}]]{1,${MAX_WORD}}|[${LETTERS}&&[${UNSPACED}]]|[${SIGNS}[[\\p{Sm}\\p{Sc}\\p{So}]--\\p{ASCII}]]`, 'gv')

const asciiWord = new RegExp(`[a-z0-9]{1,${MAX_WORD}}|[${SIGNS}]`, 'g')

const ascii = /^\p{ASCII}*$/u

/** Base64 and the like: no word anybody wrote. */
const encoded = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{200,}={0,2}/g

/**
 * Marks that make no other letter of the one they stand on (accents, vowel points, tatweel), and characters that only
 * steer how text is shown. Breve and diaeresis stay where they make й, ў and ї, which are letters of their own.
 */
const ignored = new RegExp([
  '(?<![иу])\\u0306', '(?<!і)\\u0308', '[\\u0300-\\u0305\\u0307\\u0309-\\u036f]',
  '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
  '[\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u0640]',
  '[\\u034f\\ufe00-\\ufe0f\\u00ad\\u061c\\u180e\\u200c-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]'
].join('|'), 'g')

/** Letters that Unicode does not take apart, as they are typed where keyboards lack them. */
const respelled: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h', ı: 'i', þ: 'th', ς: 'σ', ʼ: '\'', ʻ: '\'', ʹ: '\''
}
const respelledLetter = new RegExp(`[${Object.keys(respelled).join('')}]`, 'g')

/** The words of a text in their order, the same for upper and lower case, with and without accents. */
export function cut (text: string): string[] {
  return ascii.test(text) ? text.toLowerCase().match(asciiWord) ?? [] : fold(text).match(word) ?? []
}

/** The words of a text with where they stand in it, for showing them there. */
export function * locateWords (text: string): Generator<{ word: string, start: number, end: number }, void, void> {
  for (const { 0: run, index: start } of text.matchAll(word)) {
    for (const found of cut(run)) yield { word: found, start, end: start + run.length }
  }
}

function fold (text: string) {
  return text.normalize('NFKD').toLowerCase().replaceAll(ignored, '')
    .replaceAll(respelledLetter, (letter) => respelled[letter] ?? letter)
    .normalize('NFC')
}

/**
 * What every word of a user begins with in the index. So one user's words stand together there, and looking for the
 * beginning of a word never meets anybody else's. No mark is the beginning of another, because it starts with its length.
 */
export function userMark (userNo: number) {
  const digits = userNo.toString(36)
  return digits.length + digits
}

/** Characters that are cut at a time, so that a long text does not become millions of strings at once. */
const SLICE = 32_768

/** Texts as the index takes them: the marked words of each, and a bare mark between two texts, which no phrase spans. */
export function indexWords (userNo: number, texts: readonly string[]): string {
  const mark = userMark(userNo)
  return texts.map((text) => markedWords(mark, text)).filter((words) => words !== '').join(` ${mark} `)
}

function markedWords (mark: string, text: string) {
  const marked: string[] = []
  for (const slice of slices(text.replaceAll(encoded, ' '))) {
    const words = cut(slice)
    if (words.length > 0) marked.push(mark + words.join(` ${mark}`))
  }
  return marked.join(' ')
}

function * slices (text: string): Generator<string, void, void> {
  let start = 0
  while (text.length - start > SLICE) {
    const space = Math.max(text.lastIndexOf(' ', start + SLICE), text.lastIndexOf('\n', start + SLICE))
    const end = space > start ? space : start + SLICE
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}
