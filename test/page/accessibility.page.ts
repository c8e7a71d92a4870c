import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { importFile, person, phone, settled, signUp, sizes, startPage } from './browser.js'
import { historyFile } from './library.js'

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
      await page.goto('/')
      await page.getByRole('heading', { name: 'Create your account' }).waitFor()
      await assertSound(t, page, 'first start')
      await signUp(page)
      await assertSound(t, page, 'empty list')

      await importFile(page, 'history.json', historyFile())
      await assertSound(t, page, 'import report')
      await page.getByLabel('Choose files').setInputFiles({ name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('[{"a":') })
      await page.locator('.failure-note').waitFor()
      await assertSound(t, page, 'failed import')

      await page.goto('/')
      await page.locator('.row').first().waitFor()
      await assertSound(t, page, 'list')
      await page.getByRole('button', { name: 'Filter and sort' }).click()
      await page.getByRole('menu').waitFor()
      await assertSound(t, page, 'filter menu')
      await page.keyboard.press('Escape')

      await page.getByRole('link', { name: /How far can you see/ }).click()
      await page.locator('math').first().waitFor()
      for (const fold of await page.locator('details').all()) await fold.evaluate((element) => { element.setAttribute('open', '') })
      await assertSound(t, page, 'conversation')
      const answer = page.locator('.message').nth(1)
      await answer.hover()
      await answer.getByRole('button', { name: 'Actions for this message' }).click()
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await assertSound(t, page, 'editor')
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'More about this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Tags' }).click()
      await page.getByRole('dialog').waitFor()
      await assertSound(t, page, 'tags')
      await page.getByRole('button', { name: 'Close' }).last().click()
      await page.getByRole('button', { name: 'More about this conversation' }).click()
      await page.getByRole('menuitem', { name: 'Export' }).click()
      await page.getByRole('dialog').waitFor()
      await assertSound(t, page, 'export')
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Find', exact: true }).click()
      await page.getByRole('textbox', { name: 'Find in this conversation' }).fill('refraction')
      await page.getByRole('button', { name: 'Next match' }).click()
      await assertSound(t, page, 'find')

      await page.goto('/search?q=lighthouse')
      await page.locator('.hit').first().waitFor()
      await assertSound(t, page, 'search')
      for (const section of ['appearance', 'account', 'security', 'keys', 'users', 'server', 'about']) {
        await page.goto(`/settings/${section}`)
        await page.locator('#settings-heading').waitFor()
        await assertSound(t, page, `settings, ${section}`)
      }
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
      await assertSound(t, page, 'keys')
      await page.goto('/c/unknown')
      await page.getByText('There is no such conversation').waitFor()
      await assertSound(t, page, 'unknown conversation')
      await page.goto('/password#no-such-token')
      await page.getByRole('heading', { name: 'Set a new password' }).waitFor()
      await assertSound(t, page, 'password link')
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
