import { readFile } from 'node:fs/promises'
import type { Download, Page } from 'playwright-core'
import t from 'tap'
import { importFile, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

/** What is downloaded when the dialog that is open is sent. */
async function downloaded (page: Page, format: string): Promise<Download> {
  await page.getByRole('dialog').getByLabel(format).check()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Download' }).click()])
  await page.locator('dialog').waitFor({ state: 'detached' })
  return download
}

t.test('one conversation, several, and everything are downloaded', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())

  await t.test('one, from its menu', async (t) => {
    await page.goto('/')
    await page.getByRole('link', { name: /How far can you see/ }).click()
    await page.getByRole('button', { name: 'More about this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Export' }).click()
    const file = await downloaded(page, 'Markdown')
    t.match(file.suggestedFilename(), /^How far can you see from a lighthouse.*\.md$/)
    t.match(await readFile(await file.path(), 'utf8'), 'By Pythagoras')
  })

  await t.test('several, from the selection', async (t) => {
    const row = page.locator('.row', { hasText: 'Learning to juggle' })
    await row.hover()
    await row.getByRole('checkbox').click()
    await page.locator('.row', { hasText: 'Gift ideas' }).getByRole('checkbox').click()
    await page.getByRole('toolbar', { name: '2 selected' }).getByRole('button', { name: 'Export' }).click()
    const file = await downloaded(page, 'JSON Lines')
    t.match(file.suggestedFilename(), /\.(?:zip|jsonl)$/)
  })

  await t.test('everything, before the account is deleted', async (t) => {
    await page.goto('/settings/account')
    await page.locator('.setting', { hasText: 'Delete account' }).getByRole('button').click()
    await page.getByRole('button', { name: 'Export everything first' }).click()
    const file = await downloaded(page, 'Parley')
    t.match(file.suggestedFilename(), /\.zip$/)
    t.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK')
  })
  t.strictSame(faults, [])
})
