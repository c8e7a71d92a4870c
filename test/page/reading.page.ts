import t from 'tap'
import { appears, importFile, settledCount, settledText, signIn, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

t.test('a person makes the first account, imports a history, and reads a conversation', async (t) => {
  const { open } = await startPage(t)
  const { page, faults, foreign } = await open()
  await signUp(page)
  t.ok(await appears(page.getByText('No conversations yet')), 'an empty list says what to do')

  await importFile(page, 'history.json', historyFile())
  await page.getByRole('link', { name: 'See the conversations' }).click()
  t.equal(await settledCount(page.locator('.row'), 19), 19)
  t.match(await page.locator('.group-heading').allTextContents(), ['Pinned', 'Today'])

  await t.test('the conversation shows code, tables, formulas and files', async (t) => {
    await page.getByRole('link', { name: /How far can you see/ }).click()
    await page.locator('article').first().waitFor()
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
    await page.getByRole('searchbox', { name: 'Search' }).fill('Morgana')
    const hit = page.locator('.hit', { hasText: 'Fata' }).last()
    await hit.locator('mark').waitFor()
    await hit.getByRole('link').click()
    const target = page.locator('.message.target')
    await target.getByText('Refraction in a standard atmosphere').waitFor()
    t.ok(await appears(target))
    t.ok(await page.evaluate('CSS.highlights.size > 0'), 'the hit is marked')
    await page.getByRole('button', { name: 'End the search' }).click()
  })

  await t.test('the session is kept over a reload and ends by signing out', async (t) => {
    await page.reload()
    await page.locator('.row').first().waitFor()
    await page.goto('/settings/account')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await signIn(page)
    await page.locator('.row').first().waitFor()
    t.pass()
  })

  t.strictSame(faults, [], 'no violation of the policy, no script error')
  t.strictSame(foreign, [], 'no request to another origin')
})
