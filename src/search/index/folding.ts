/*
 * The folding of letters and digits, for the search and for the order of titles. Texts that fold alike are found by the same
 * words, and sort to the same place.
 */

/**
 * Characters that are removed: accents, vowel points, tatweel, and invisible formatting characters. Breve and diaeresis
 * stay in й, ў and ї, which are separate letters.
 */
const ignored = new RegExp([
  '(?<![иу])\\u0306', '(?<!і)\\u0308', '[\\u0300-\\u0305\\u0307\\u0309-\\u036f]',
  '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]',
  '[\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u0640]',
  '[\\u034f\\ufe00-\\ufe0f\\u00ad\\u061c\\u180e\\u200c-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]',
  // Variation selectors 17 to 256, which choose the shape of an ideograph (UTS #37).
  '\\udb40[\\udd00-\\uddef]'
].join('|'), 'g')

/** Letters that Unicode does not decompose, and their usual replacements. */
const respelled = new Map([
  ['ß', 'ss'], ['æ', 'ae'], ['œ', 'oe'], ['ø', 'o'], ['đ', 'd'], ['ð', 'd'], ['ł', 'l'], ['ħ', 'h'], ['ı', 'i'], ['þ', 'th'], ['ς', 'σ'],
  ['ŋ', 'n'], ['ŧ', 't'], ['ƀ', 'b'], ['ǥ', 'g'], ['ɨ', 'i'], ['ĸ', 'k'], ['ȼ', 'c'], ['ɍ', 'r'], ['ɏ', 'y'], ['ⱥ', 'a'], ['ⱦ', 't'],
  // Hausa and other languages of West Africa, often typed without the hooks.
  ['ɓ', 'b'], ['ɗ', 'd'], ['ɖ', 'd'], ['ƙ', 'k'], ['ƴ', 'y'], ['ƒ', 'f'],
  // The apostrophes that are letters.
  ['ʼ', '\''], ['ʻ', '\''], ['ʹ', '\''], ['ꞌ', '\''],
  // Arabic letters that the keyboards of Persian, Urdu and Egypt write differently.
  ['ک', 'ك'], ['ڪ', 'ك'], ['ی', 'ي'], ['ى', 'ي'], ['ہ', 'ه'], ['ة', 'ه'], ['ۃ', 'ه'],
  // Unicode decomposes the Persian ۀ into ە and a hamza, and does not decompose ٱ.
  ['ە', 'ه'], ['ٱ', 'ا']
])

// Not a literal: the flag `v` is newer than the syntax this project is compiled to.
const replaced = new RegExp(`[${[...respelled.keys()].join('')}[\\p{Nd}--[0-9]]]`, 'gv')

/** Signs of trade marks. Unicode decomposes them into the letters TM and SM, which would become part of the word before. */
const TRADE_MARKS = /[™℠]/g

/** Superscript digits. */
export const RAISED = '⁰¹²³⁴-⁹'

// The class comes first, because a lookbehind at each character is slow.
const raisedAfterDigit = new RegExp(`[${RAISED}](?<=\\p{Nd}[${RAISED}])`, 'gu')

/**
 * Returns a text in lower case, without accents, with the letters of the table replaced, and in normal form C. Digits of
 * all scripts are ASCII. Letters and digits of both widths are alike, and so are kana. A superscript after a digit is a
 * number of its own.
 */
export function fold (text: string): string {
  return text.replace(TRADE_MARKS, '').replace(raisedAfterDigit, ' $&')
    .normalize('NFKD').toLowerCase().replace(ignored, '')
    .replace(replaced, (letter) => respelled.get(letter) ?? asciiDigit(letter))
    .normalize('NFC')
}

const raised = new RegExp(`^[${RAISED}]`, 'u')

/** Whether `fold` puts a space between two pieces of a text: the folded one before and the next character. */
export function startsAnew (folded: string, next: string): boolean {
  return raised.test(next) && /[0-9]$/.test(folded)
}

const decimalDigit = /^\p{Nd}$/u
const knownDigits = new Map<string, string>()

/** Returns a text with the digits of all scripts as ASCII. */
export function asciiDigits (text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
}

/** Returns the value of a digit. The digits of a script have ten code points in a row (Unicode Standard, section 4.6). */
function asciiDigit (digit: string): string {
  const known = knownDigits.get(digit)
  if (known !== undefined) return known
  const codePoint = digit.codePointAt(0) ?? 0
  let before = 0
  while (decimalDigit.test(String.fromCodePoint(codePoint - before - 1))) before++
  knownDigits.set(digit, String(before % 10))
  return String(before % 10)
}
