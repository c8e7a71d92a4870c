import type { BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import { appears, importFile, phone, settled, settledCount, settledText, signIn, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

/** Where the main ways are gone. */
const places: Array<[name: string, options: BrowserContextOptions]> = [
  ['on a desktop', {}],
  ['on a desktop in the dark theme', { colorScheme: 'dark' }],
  ['on a phone', phone],
  ['on a phone in the dark theme', { ...phone, colorScheme: 'dark' }]
]

/** To the list, which on a phone is a screen of its own. */
async function toList (page: Page) {
  const back = page.getByRole('link', { name: /^(?:Back|All conversations)$/ })
  if (await back.count() > 0 && await back.first().isVisible()) await back.first().click()
  await page.getByRole('complementary', { name: 'Conversations' }).waitFor()
}

for (const [place, options] of places) {
  t.test(`a person makes the first account, imports a history, reads, searches and signs out ${place}`, async (t) => {
    const { open } = await startPage(t)
    const { page, faults, foreign } = await open(options)
    await signUp(page)
    t.ok(await appears(page.getByText('No conversations yet')), 'an empty list says what to do')

    await importFile(page, 'history.json', historyFile())
    await page.getByRole('link', { name: 'See the conversations' }).click()
    t.equal(await settledCount(page.locator('.row:visible'), 19), 19)
    // The day may change while this runs.
    t.match(await page.locator('.group-heading').allTextContents(), ['Pinned', /^(?:Today|Yesterday)$/])

    await t.test('the conversation shows code, tables, formulas and files', async (t) => {
      await page.getByRole('link', { name: /How far can you see/ }).click()
      t.equal(await settledCount(page.locator('article'), 5), 5)
      await page.locator('.hljs-keyword').first().waitFor()
      await page.locator('math').first().waitFor()
      t.equal(await settledCount(page.locator('th.align-right'), 3), 3)
      t.match(await settledText(page.locator('.file-card'), /lighthouse-sketch\.png.*348\skB/), /lighthouse-sketch\.png.*348\skB/)
      t.equal(await settledCount(page.locator('.reasoning[open]'), 0), 0, 'reasoning is folded')
    })

    await t.test('the branch switcher shows the other answer and keeps the branch in the address', async (t) => {
      await page.getByRole('button', { name: 'Previous branch' }).first().click()
      await page.getByText('The rule of thumb is').waitFor()
      t.equal(await settledCount(page.locator('article'), 2), 2)
      t.match(page.url(), /\?leaf=/)
      await page.reload()
      await page.getByText('The rule of thumb is').waitFor()
      await page.getByRole('button', { name: 'Next branch' }).first().click()
      await page.getByText('By Pythagoras').waitFor()
    })

    await t.test('a search opens a message on the branch that holds it', async (t) => {
      await toList(page)
      await page.getByRole('searchbox', { name: 'Search' }).fill('Morgana')
      const hit = page.locator('.hit', { hasText: 'Fata' }).last()
      await hit.locator('mark').waitFor()
      await hit.getByRole('link').click()
      const target = page.locator('.message.target')
      t.ok(await appears(target.getByText('Refraction in a standard atmosphere')))
      t.ok(await settled(() => page.evaluate('CSS.highlights.size > 0'), (isMarked) => isMarked === true), 'the hit is marked')
      await toList(page)
      await page.getByRole('button', { name: 'End the search' }).click()
      t.equal(await settledCount(page.locator('.row:visible'), 19), 19)
    })

    await t.test('the session is kept over a reload and ends by signing out', async (t) => {
      await page.reload()
      await page.locator('.row').first().waitFor({ state: 'attached' })
      await toList(page)
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('link', { name: 'Account' }).click()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
      await signIn(page)
      t.ok(await appears(page.locator('.row').first()))
    })

    t.strictSame(faults, [], 'no violation of the policy, no script error')
    t.strictSame(foreign, [], 'no request to another origin')
  })
}
