import { effect, signal, type Signal } from '@preact/signals'

/*
 * How somebody likes the page on this device. Kept in local storage; nothing of it is private.
 */

/** What can be chosen, the default first. */
export const choices = {
  theme: ['system', 'light', 'dark'],
  textSize: ['medium', 'small', 'large', 'larger'],
  density: ['comfortable', 'compact'],
  reasoning: ['folded', 'open', 'hidden'],
  tools: ['folded', 'open', 'hidden']
} as const

type Choices = typeof choices
type Preferences = { [Name in keyof Choices]: Signal<Choices[Name][number]> }

/** The preferences, each a signal that is kept when it changes. */
export const preferences: Preferences = {
  theme: kept('theme'),
  textSize: kept('textSize'),
  density: kept('density'),
  reasoning: kept('reasoning'),
  tools: kept('tools')
}

/** Writes the preferences that style sheets know of onto the document. */
export function applyPreferences () {
  effect(() => {
    const { dataset } = document.documentElement
    dataset.theme = preferences.theme.value
    dataset.textSize = preferences.textSize.value
    dataset.density = preferences.density.value
  })
}

/** Goes from light to dark or back, from whatever is shown now. */
export function toggleTheme () {
  const { theme } = preferences
  const isDark = theme.value === 'dark' || (theme.value === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  theme.value = isDark ? 'light' : 'dark'
}

function kept <Name extends keyof Choices> (name: Name): Signal<Choices[Name][number]> {
  const allowed: ReadonlyArray<Choices[Name][number]> = choices[name]
  const stored = readStored(name)
  const chosen = signal(allowed.find((value) => value === stored) ?? allowed[0] as Choices[Name][number])
  effect(() => { store(name, chosen.value) })
  return chosen
}

/** Storage may be switched off; preferences then last as long as the tab. */
export function readStored (name: string): string | null {
  try {
    return localStorage.getItem(`parley.${name}`)
  } catch {
    return null
  }
}

/** See `readStored`. */
export function store (name: string, value: string) {
  try {
    localStorage.setItem(`parley.${name}`, value)
  } catch {}
}
