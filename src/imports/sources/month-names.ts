/** Languages whose names of months are known; Google writes dates in the account's language. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'cs', 'sk', 'sl', 'hr', 'sv', 'da', 'nb', 'fi', 'hu', 'ro', 'tr', 'ru', 'uk', 'el', 'id', 'vi', 'ca', 'lt', 'lv', 'et', 'bg', 'de-AT', 'sr', 'sr-Latn', 'bs', 'mk', 'be', 'gl', 'eu', 'is', 'ga', 'af', 'sq', 'ms', 'fil', 'sw', 'he', 'hi', 'az', 'kk', 'ka', 'hy', 'ar', 'fa', 'ur', 'bn', 'mr', 'gu', 'pa', 'ta', 'te', 'kn', 'ml', 'th', 'lo', 'km', 'my', 'ne', 'si', 'am', 'zu', 'mn', 'ky', 'uz']

/** A name of a month, or its abbreviation. In some scripts two characters are a name. */
const name = /(?:(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}])[\p{L}\p{M}]){2,}|[\p{L}\p{M}]{3,}/u

/**
 * Words and numbers of a date, in lower case. Points within an abbreviation ("พ.ค.") are no end of it, and Persian puts a
 * hamza behind a name.
 */
export function wordsOf (text: string): string[] {
  return text.toLowerCase().replace(/(?<=[\p{L}\p{M}])\.(?=\p{L})|\u0654/gu, '').match(/[\p{L}\p{M}]+|\d+/gu) ?? []
}

let known: Map<string, number> | undefined

/**
 * The numbers of months, 1 to 12, by the words for them in dates, long and short. A key is such a word, or a language and
 * the word. A word that is a month in several languages has the number of the first. Made at the first call, in 0.1 s.
 */
export function monthNumbers (): ReadonlyMap<string, number> {
  known ??= new Map(languages.flatMap(wordsOfLanguage).reverse())
  return known
}

function wordsOfLanguage (language: string): Array<[string, number]> {
  return (['long', 'short'] as const).flatMap((style) => {
    const options = { calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC', month: style } as const
    const [inDates, alone] = [new Intl.DateTimeFormat(language, { ...options, day: 'numeric' }), new Intl.DateTimeFormat(language, options)]
    return Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month) => {
      const date = Date.UTC(2026, month - 1, 15)
      const inDate = inDates.formatToParts(date).find(({ type }) => type === 'month')?.value ?? ''
      // Hebrew puts a letter before the name, Basque an ending behind it: the word that holds it is known, too.
      const [part = ''] = wordsOf(inDate)
      const whole = wordsOf(inDates.format(date)).find((word) => part.length > 2 && word.includes(part)) ?? ''
      const words = [inDate, alone.format(date), whole].flatMap((text) => wordsOf(text).flatMap((word) => name.exec(word)?.[0] ?? []).slice(0, 1))
      return words.flatMap((word): Array<[string, number]> => [[word, month], [`${language} ${word}`, month]])
    })
  })
}
