import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { importFile, person, phone, settled, signUp, sizes, startPage } from './browser.js'
import { historyFile } from './library.js'
import { walkThrough, wordsOf } from './tour.js'

/*
 * Every screen, on a phone and a desktop, in both themes: axe finds nothing serious, and nothing is wider than the
 * window.
 */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding { id: string, impact: string, nodes: Array<{ target: string[], failureSummary: string }> }

/** What axe calls serious or critical on the page as it stands. */
async function findings (page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations, passes }: { violations: Finding[], passes: number } =
    await page.evaluate('axe.run().then(({ violations, passes }) => ({ violations, passes: passes.length }))')
  if (passes < 10) throw new Error(`Only ${passes} rules had anything to look at`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`))
}

async function assertSound (t: Test, page: Page, name: string) {
  t.strictSame(await findings(page), [], `${name}: nothing serious or critical`)
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${name}: nothing is wider than the window`)
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of ['phone', 'desktop'] as const) {
    t.test(`every screen is sound on a ${size} in the ${colorScheme} theme`, async (t) => {
      const { open } = await startPage(t)
      // What appears does so at once: colours in the middle of an animation are nobody's.
      const { page } = await open({ colorScheme, reducedMotion: 'reduce', bypassCSP: true, ...size === 'phone' && phone })
      await walkThrough(page, wordsOf('en'), (name) => assertSound(t, page, name))
    })
  }
}

t.test('on a tablet, with the longer words of German, nothing is wider than what it stands in', async (t) => {
  const { open } = await startPage(t)
  const english = await open()
  await signUp(english.page)
  await importFile(english.page, 'history.json', historyFile())
  const { page } = await open({ viewport: sizes.tablet, locale: 'de-DE' })
  /** Whether an element is as wide as its content, and the window as wide as the page. */
  const fits = (selector: string) => settled(
    () => page.locator(selector).evaluate((element) => element.scrollWidth <= element.clientWidth && document.documentElement.scrollWidth <= innerWidth),
    (value) => value
  )
  await page.goto('/')
  await page.getByLabel('E-Mail-Adresse').fill(person.email)
  await page.getByLabel('Passwort').fill(person.password)
  await page.getByRole('button', { name: 'Anmelden' }).click()
  await page.getByRole('link', { name: /How far can you see/ }).click()
  await page.getByRole('button', { name: 'Suchen', exact: true }).click()
  await page.locator('.find-bar input').fill('refraction')
  await page.locator('.find-count', { hasText: 'Nachrichten' }).waitFor()
  t.ok(await fits('.find-bar'))
  await page.locator('.row').nth(2).hover()
  await page.locator('.row').nth(2).getByRole('checkbox').click()
  await page.locator('.selection-bar').waitFor()
  t.ok(await fits('.selection-bar'))
  for (const section of ['appearance', 'security', 'server']) {
    await page.goto(`/settings/${section}`)
    await page.locator('#settings-heading').waitFor()
    t.ok(await fits('.settings-nav'), section)
  }
})
