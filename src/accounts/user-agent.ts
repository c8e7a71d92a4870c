/**
 * Browsers by the token that identifies them. Derived browsers come first, because their header also names the browser
 * they derive from.
 */
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
 * Returns a short name for a User-Agent header, for the owner of a session: "Firefox on Linux", or the name of a
 * program. Empty without a header.
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
