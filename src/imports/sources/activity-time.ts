import { asciiDigits } from '../../search/index/folding.js'
import { monthNumbers, wordsOf } from './month-names.js'

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
  GST: 240,
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

/** Years of the Thai calendar are so many ahead. */
const THAI_YEARS_AHEAD = 543

/** A longer line is no time. */
const MAX_LINE_CHARACTERS = 80

const spaces = /[\s\u00a0\u202f]+/g
/** Marks of direction stand around the numbers of Arabic, Hebrew and Persian dates. */
const marks = /[\u200e\u200f\u061c]/g
/** Thai, Lao and Korean name hours, minutes and seconds: "18 นาฬิกา 10 นาที 05 วินาที". */
const namedClock = /(\d{1,2}) ?(?:นาฬิกา|ໂມງ|시) ?(\d{1,2}) ?(?:นาที|ນາທີ|분) ?(\d{1,2}) ?(?:วินาที|ວິນາທີ|초)/
/** Chinese, Burmese and Malayalam have the zone before the clock. */
const zoneBefore = / ([^\d\s]*[+\u2212-]\d{1,2}(?::?\d\d)?) ?$/
const beforeNoon = ['AM', 'a.m.', 'a. m.', 'π.μ.', 'ص', '오전', '上午', '午前', '早上', '凌晨', '清晨', 'ጥዋት', 'PG', 'p.d.']
const afterNoon = ['PM', 'p.m.', 'p. m.', 'μ.μ.', 'م', '오후', '下午', '午後', '晚上', '中午', 'ከሰዓት', 'PTG', 'm.d.']
const half = [...beforeNoon, ...afterNoon].map((word) => word.replaceAll('.', '\\.')).join('|')
/** Two digits after the seconds would make it a date with points; Korean and Chinese have the half of the day before the hour. */
const clock = new RegExp(`(?:(${half}) ?)?(?<![\\d.:])(\\d{1,2})[:.](\\d\\d)[:.](\\d\\d)(?!\\d) ?(${half})? ?(.{0,40})$`, 'i')

/**
 * The time of an activity as Takeout's pages write it ("May 2, 2026, 10:10:00 AM CEST", "02.05.2026, 10:10:00 MESZ"), as
 * ISO 8601; null for any other text. A zone nobody knows counts as UTC, so that the day is about right.
 */
export function activityTime (text: string): string | null {
  const line = plainLine(text)
  if (line === null) return null
  const time = clock.exec(line)
  if (time === null) return null
  const [, before, hour = '', minute = '', second = '', half = before, rest = ''] = time
  // Vietnamese has the clock first.
  const [, after = '', date = line.slice(0, time.index)] = /^(\S+) (.*\d{4}.*)$/.exec(rest) ?? ['', rest]
  const zone = zoneBefore.exec(date)?.[1] ?? after
  const day = dayOf(date.replace(zoneBefore, ''))
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
  const line = plainLine(text)
  return line !== null && /\d{4}/.test(line) && /\d{1,2}[:.]\d\d[:.]\d\d(?!\d)/.test(line)
}

/** One line with ASCII digits and a clock with colons, or null for a text that is too long. */
function plainLine (text: string): string | null {
  const line = text.replace(marks, '').replace(spaces, ' ').trim()
  if (line.length > MAX_LINE_CHARACTERS) return null
  return asciiDigits(line).replace(namedClock, (_, ...[hour, minute, second]: string[]) => [hour, minute, second].map((number) => number?.padStart(2, '0')).join(':'))
}

/** Midnight UTC of a day written with numbers or with a month's name. */
function dayOf (text: string): number | null {
  const words = wordsOf(text)
  const numbers = words.filter((word) => /^\d/.test(word)).map(yearOrNumber)
  const year = numbers.find((number) => number > 1999 && number < 2100)
  if (year === undefined) return null
  const [first, second] = numbers.filter((number) => number !== year)
  if (numbers.length === 3) return numbers[0] === year ? dateOf(year, first, second) : dateOf(year, second, first)
  const months = monthNumbers()
  // Croatian ends a date with a point, and has months by the names of others in Polish and Czech.
  const isCroatian = /\d{4}\.(?: u)?[ ,]*$/.test(text)
  const month = words.map((word) => (isCroatian ? months.get(`hr ${word}`) : undefined) ?? months.get(word)).find((month) => month !== undefined)
  return dateOf(year, month, numbers.length === 2 ? first : undefined)
}

function yearOrNumber (digits: string): number {
  const number = Number(digits)
  return number > 1999 + THAI_YEARS_AHEAD && number < 2100 + THAI_YEARS_AHEAD ? number - THAI_YEARS_AHEAD : number
}

function dateOf (year: number, month: number | undefined, day: number | undefined): number | null {
  if (month === undefined || day === undefined || month < 1 || month > 12 || day < 1 || day > 31) return null
  return Date.UTC(year, month - 1, day)
}

function minutesAhead (zone: string): number {
  const offset = /(?:^|[\p{L}\p{M}\]( ])([+\u2212-])(\d{1,2})(?::?(\d\d))?(?!\d)/u.exec(zone)
  if (offset === null) return zones[zone.trim().toUpperCase()] ?? 0
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
  return offset[1] === '+' ? minutes : -minutes
}
