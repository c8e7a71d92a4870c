/** Languages whose names of months are known; Google writes dates in the account's language. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'cs', 'sk', 'sl', 'hr', 'sv', 'da', 'nb', 'fi', 'hu', 'ro', 'tr', 'ru', 'uk', 'el', 'id', 'vi', 'ca', 'lt', 'lv', 'et', 'bg', 'de-AT', 'sr', 'sr-Latn', 'bs', 'mk', 'be', 'gl', 'eu', 'is', 'ga', 'af', 'sq', 'ms', 'fil', 'sw', 'he', 'hi', 'az', 'kk', 'ka', 'hy']

/** Minutes that zones are ahead of UTC, by the names that Google writes. */
const zones: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  MEZ: 60,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  TRT: 180,
  IST: 330,
  WIB: 420,
  ICT: 420,
  HKT: 480,
  SGT: 480,
  PHT: 480,
  AWST: 480,
  JST: 540,
  KST: 540,
  ACST: 570,
  AEST: 600,
  ACDT: 630,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  NST: -210,
  NDT: -150,
  AST: -240,
  ADT: -180,
  BRT: -180,
  ART: -180,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600
}

const CHINA_MINUTES_AHEAD = 480

const spaces = /[\s\u00a0\u202f]+/g
const beforeNoon = ['AM', 'a.m.', 'a. m.', 'π.μ.', 'ص', '오전', '上午', '午前', '早上', '凌晨', '清晨']
const afterNoon = ['PM', 'p.m.', 'p. m.', 'μ.μ.', 'م', '오후', '下午', '午後', '晚上', '中午']
const half = [...beforeNoon, ...afterNoon].map((word) => word.replaceAll('.', '\\.')).join('|')
/** Two digits after the seconds would make it a date with points; Korean and Chinese have the half of the day before the hour. */
const clock = new RegExp(`(?:(${half}) ?)?(?<![\\d.:])(\\d{1,2})[:.](\\d\\d)[:.](\\d\\d)(?!\\d) ?(${half})? ?(.{0,40})$`, 'i')

/**
 * The time of an activity as Takeout's pages write it ("May 2, 2026, 10:10:00 AM CEST", "02.05.2026, 10:10:00 MESZ"), as
 * ISO 8601; null for any other text. A zone nobody knows counts as UTC, so that the day is about right.
 */
export function activityTime (text: string): string | null {
  const line = text.replace(spaces, ' ').trim()
  if (line.length > 80) return null
  const time = clock.exec(line)
  if (time === null) return null
  const [, before, hour = '', minute = '', second = '', half = before, rest = ''] = time
  // Vietnamese has the clock first.
  const [, zone = '', date = line.slice(0, time.index)] = /^(\S+) (.*\d{4}.*)$/.exec(rest) ?? ['', rest]
  const day = dayOf(date)
  if (day === null) return null
  const isAfternoon = half !== undefined && afterNoon.some((word) => word.toLowerCase() === half.toLowerCase())
  const twelve = half === undefined ? Number(hour) : Number(hour) % 12 + (isAfternoon ? 12 : 0)
  // China and the middle of America have one name for their zones.
  const ahead = zone.trim() === 'CST' && line.includes('年') ? CHINA_MINUTES_AHEAD : minutesAhead(zone)
  const utc = day + ((twelve * 60 + Number(minute) - ahead) * 60 + Number(second)) * 1000
  return Number.isFinite(utc) ? new Date(utc).toISOString() : null
}

/** Whether a line looks like such a time in any language: a year, a clock and little else. */
export function looksLikeTime (text: string): boolean {
  const line = text.replace(spaces, ' ').trim()
  return line.length <= 80 && /\d{4}/.test(line) && /\d{1,2}[:.]\d\d[:.]\d\d(?!\d)/.test(line)
}

/** Midnight UTC of a day written with numbers or with a month's name. */
function dayOf (text: string): number | null {
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+|\d+/gu) ?? []
  const numbers = words.filter((word) => /^\d/.test(word)).map(Number)
  const year = numbers.find((number) => number > 1999 && number < 2100)
  if (year === undefined) return null
  const [first, second] = numbers.filter((number) => number !== year)
  // Croatian ends a date with a point, and has months by the names of others in Polish and Czech.
  const isCroatian = /\d{4}\.(?: u)?[ ,]*$/.test(text)
  const month = words.map((word) => (isCroatian ? months().get(`hr ${word}`) : undefined) ?? months().get(word)).find((month) => month !== undefined)
  if (numbers.length === 3) return numbers[0] === year ? dateOf(year, first, second) : dateOf(year, second, first)
  return dateOf(year, month, numbers.length === 2 ? first : undefined)
}

function dateOf (year: number, month: number | undefined, day: number | undefined): number | null {
  if (month === undefined || day === undefined || month < 1 || month > 12 || day < 1 || day > 31) return null
  return Date.UTC(year, month - 1, day)
}

function minutesAhead (zone: string): number {
  const name = zone.trim().toUpperCase()
  const offset = /^(?:GMT|UTC)?([+\u2212-])(\d{1,2})(?::?(\d\d))?$/.exec(name)
  if (offset === null) return zones[name] ?? 0
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
  return offset[1] === '+' ? minutes : -minutes
}

let known: Map<string, number> | undefined

/** The numbers of months by their names, long and short, as they stand in dates. */
function months (): Map<string, number> {
  if (known !== undefined) return known
  known = new Map()
  for (const language of languages) {
    for (const style of ['long', 'short'] as const) {
      const inDates = new Intl.DateTimeFormat(language, { day: 'numeric', month: style, timeZone: 'UTC' })
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' })
      for (let month = 1; month <= 12; month++) {
        const date = Date.UTC(2026, month - 1, 15)
        for (const text of [inDates.formatToParts(date).find(({ type }) => type === 'month')?.value ?? '', alone.format(date)]) {
          const [word] = text.toLowerCase().match(/[\p{L}\p{M}]{3,}/u) ?? []
          for (const key of word === undefined ? [] : [word, `${language} ${word}`]) if (!known.has(key)) known.set(key, month)
        }
      }
    }
  }
  return known
}
