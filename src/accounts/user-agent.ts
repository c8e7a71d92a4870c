/** Browsers by the word that names them, the more special first: each names those it descends from as well. */
const browsers: Array<[name: string, word: RegExp]> = [
  ['Edge', /\bEdgA?\//], ['Opera', /\bOPR\//], ['Samsung Internet', /\bSamsungBrowser\//], ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:(?:Headless)?Chrome|CriOS|Chromium)\//], ['Safari', /\bSafari\//]
]
const systems: Array<[name: string, word: RegExp]> = [
  ['Android', /\bAndroid\b/], ['iPhone', /\biPhone\b/], ['iPad', /\biPad\b/], ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/], ['ChromeOS', /\bCrOS\b/], ['Linux', /\bLinux\b/]
]

const MAX_PROGRAM_CHARACTERS = 60

/**
 * A User-Agent header in short, for the owner of a session: "Firefox on Linux", or the name that a program gives itself.
 * Empty when nothing was sent.
 */
export function shortUserAgent (header: string | undefined): string {
  if (!header) return ''
  const browser = nameOf(header, browsers)
  const system = nameOf(header, systems)
  if (browser && system) return `${browser} on ${system}`
  const [program = ''] = header.split(/[\s(/]/)
  return program.replaceAll(/[^\x21-\x7e]/g, '').slice(0, MAX_PROGRAM_CHARACTERS)
}

function nameOf (header: string, names: Array<[string, RegExp]>) {
  return names.find(([, word]) => word.test(header))?.[0]
}
