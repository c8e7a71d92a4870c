const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/
const dotted = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)/
const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? /i
const named = /^(?:(\d{1,2}) )?([A-Za-z]{3,9})\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?,? (\d{4})(?!\d)/
const dashed = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/
const clock = /^[\s,@]*(?:at )?(\d{1,2})\s?[:h]\s?(\d{1,2})(?:\s?[:m]\s?(\d{1,2})s?)?(?:\s?(am|pm))?/i

/**
 * Reads a time as browsers and small programs write it: `9/22/2025, 6:00:00 PM`, `22.9.2025, 18:00:00`,
 * `January 1, 2026 10:00am`, `Thu, 01 Jan 2026 10:00:00`, `2026-01-01@10h00m00s`. Returns ISO 8601 without a zone, which `parseTime` reads as UTC, or
 * null for any other text. The zone is not known, so only the day is right.
 */
export function localTime (text: string): string | null {
  const line = text.slice(0, 80).replace(/[\s\u00a0\u202f]+/g, ' ').trim().replace(weekday, '')
  const day = dayOf(line)
  if (day === null) return null
  const [, hour = '0', minute = '0', second = '0', half] = clock.exec(line.slice(day.length)) ?? []
  const hours = half === undefined ? Number(hour) : Number(hour) % 12 + (/^p/i.test(half) ? 12 : 0)
  return `${day.date}T${two(hours)}:${two(minute)}:${two(second)}`
}

function dayOf (line: string): { date: string, length: number } | null {
  const american = slashed.exec(line)
  if (american !== null) {
    const [match, first, second, year] = american
    // What cannot be a month is a day.
    return Number(first) > 12 ? dated(match, year, second, first) : dated(match, year, first, second)
  }
  const point = dotted.exec(line)
  if (point !== null) return dated(point[0], point[3], point[2], point[1])
  const iso = dashed.exec(line)
  if (iso !== null) return dated(iso[0], iso[1], iso[2], iso[3])
  const words = named.exec(line)
  const month = months.indexOf((words?.[2] ?? '').slice(0, 3).toLowerCase()) + 1
  return words === null || month === 0 ? null : dated(words[0], words[4], String(month), words[1] ?? words[3])
}

function dated (match: string, year: string | undefined, month: string | undefined, day: string | undefined) {
  return year === undefined || month === undefined || day === undefined ? null : { date: `${year}-${two(month)}-${two(day)}`, length: match.length }
}

function two (number: string | number): string {
  return String(number).padStart(2, '0')
}
