import { signal } from '@preact/signals'
import { readStored, store } from '../state/preferences.js'
import type en from './en.json'

/*
 * The words of the page. A language is one JSON file beside this one and one line in `loaders`.
 */

/** Names one text of the page. */
export type TextKey = keyof typeof en
/** A text, or one for each plural form of the number `count` (CLDR categories). */
type Texts = Record<TextKey, string | Partial<Record<Intl.LDMLPluralRule, string>>> & Partial<Record<`failure.${string}`, string>>

const loaders = {
  en: () => import('./en.json'),
  de: () => import('./de.json')
} satisfies Record<string, () => Promise<{ default: Texts }>>

/** A language the page speaks. */
export type Language = keyof typeof loaders

/** The languages in their own names. */
export const languages: Array<{ code: Language, name: string }> = [
  { code: 'en', name: 'English' },
  { code: 'de', name: 'Deutsch' }
]

/** The language in use. */
export const language = signal<Language>('en')
/** The language with its region, as `Intl` takes it. */
const region = signal('en')
const texts = signal<Partial<Texts>>({})

/** Loads the language that was chosen here, else the first one of the browser's that the page speaks, else English. */
export function loadPreferredLanguage () {
  const wanted = [readStored('language'), ...navigator.languages].map((code) => code?.split('-')[0])
  return useLanguage(languages.find(({ code }) => code === wanted.find((code) => languages.some((known) => known.code === code)))?.code ?? 'en')
}

/** Changes the language and remembers the choice. */
export async function chooseLanguage (code: Language) {
  store('language', code)
  await useLanguage(code)
}

async function useLanguage (code: Language) {
  const { default: loaded } = await loaders[code]()
  texts.value = loaded
  // Dates and numbers as the person's own region writes them.
  region.value = navigator.languages.find((known) => known.split('-')[0] === code) ?? code
  language.value = code
  document.documentElement.lang = code
}

/** A text in the language in use. `{name}` in it stands for the value of that name; `count` also picks the plural. */
export function t (key: TextKey, values: Record<string, string | number> = {}): string {
  const text = texts.value[key] ?? key
  const form = typeof text === 'string' ? text : text[plural(Number(values.count))] ?? text.other ?? key
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? formatNumber(value) : value ?? whole
  })
}

/** What went wrong, by the server's code and where it matters the field at fault. English has no such texts: the server's own are English. */
export function failureText ({ code, field = null, message }: { code: string, field?: string | null, message: string }): string {
  if (code === 'OFFLINE') return t('app.unreachable')
  return texts.value[`failure.${code}.${field}`] ?? texts.value[`failure.${code}`] ?? message
}

function plural (count: number) {
  return formats(region.value).plural.select(count)
}

/** A number as it is written in the language. */
export function formatNumber (value: number): string {
  return formats(region.value).number.format(value)
}

/** A date with its time of day. */
export function formatTime (iso: string): string {
  return formats(region.value).full.format(new Date(iso))
}

/** Only the time of day. */
export function formatClock (iso: string): string {
  return formats(region.value).clock.format(new Date(iso))
}

/** A date without its time, short enough for a line with other facts. */
export function formatDate (iso: string): string {
  return formats(region.value).shortDate.format(new Date(iso))
}

/** The day as a heading: today, yesterday, or its date. */
export function formatDay (iso: string, now = new Date()): string {
  const day = new Date(iso)
  const age = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000)
  const { relative, weekday, date, month } = formats(region.value)
  if (age === 0 || age === 1) return capitalize(relative.format(-age, 'day'))
  if (age > 1 && age < 7) return weekday.format(day)
  return day.getFullYear() === now.getFullYear() ? month.format(day) : date.format(day)
}

/** A size in the unit that suits it. */
export function formatBytes (bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3))
  const unit = ['byte', 'kilobyte', 'megabyte', 'gigabyte'][step] ?? 'byte'
  const unitDisplay = step === 0 ? 'long' : 'short'
  return new Intl.NumberFormat(region.value, { style: 'unit', unit, unitDisplay, maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1000 ** step).replace(' ', '\u00a0')
}

/** A span of time, roughly. */
export function formatSpan (seconds: number): string {
  const [unit, value] = seconds < 90 ? ['second', seconds] : seconds < 5400 ? ['minute', seconds / 60] : ['hour', seconds / 3600]
  return new Intl.NumberFormat(region.value, { style: 'unit', unit: unit as string, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.max(1, Math.round(value as number)))
}

function startOfDay (date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

function capitalize (text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}

const cache = new Map<string, ReturnType<typeof makeFormats>>()

function formats (code: string) {
  const known = cache.get(code) ?? makeFormats(code)
  cache.set(code, known)
  return known
}

/** Making a format is slow, so each is made once. */
function makeFormats (code: string) {
  return {
    plural: new Intl.PluralRules(code),
    number: new Intl.NumberFormat(code),
    full: new Intl.DateTimeFormat(code, { dateStyle: 'medium', timeStyle: 'short' }),
    clock: new Intl.DateTimeFormat(code, { timeStyle: 'short' }),
    date: new Intl.DateTimeFormat(code, { dateStyle: 'long' }),
    shortDate: new Intl.DateTimeFormat(code, { dateStyle: 'medium' }),
    weekday: new Intl.DateTimeFormat(code, { weekday: 'long' }),
    month: new Intl.DateTimeFormat(code, { day: 'numeric', month: 'long' }),
    relative: new Intl.RelativeTimeFormat(code, { numeric: 'auto' })
  }
}
