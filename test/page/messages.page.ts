import type { Page } from 'playwright-core'
import t from 'tap'
import { appears, importFile, settled, settledCount, settledText, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

const message = (page: Page, text: string) => page.locator('.message', { hasText: text })

async function pick (page: Page, text: string, entry: string) {
  await message(page, text).hover()
  await message(page, text).getByRole('button', { name: 'Actions for this message' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

async function openShowcase (page: Page) {
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  await page.getByRole('link', { name: /How far can you see/ }).click()
  await page.locator('math').first().waitFor()
}

t.test('messages are copied, linked, rated, edited, forked and deleted', async (t) => {
  const { open, url } = await startPage(t)
  const { page, faults } = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await openShowcase(page)
  /** What is on the clipboard once this is in it. */
  const copied = (part: string) => settled(() => page.evaluate(() => navigator.clipboard.readText()), (text) => text.includes(part))

  await t.test('copies are Markdown, plain text, code, or a link that leads back', async (t) => {
    await message(page, 'I stand on').hover()
    await message(page, 'I stand on').getByRole('button', { name: 'Copy as Markdown' }).click()
    t.match(await copied('**42 metres**'), 'lighthouse, **42 metres** above')
    await pick(page, 'I stand on', 'Copy as text')
    t.match(await copied(', 42 metres'), 'lighthouse, 42 metres above')
    await page.locator('.copy-code').click()
    t.match(await copied('import'), /^from math import sqrt\n/)
    await pick(page, 'Make me a table', 'Copy link')
    const link = await copied('/c/')
    t.ok(link.startsWith(`${url}/c/`))
    await page.goto(link)
    await page.locator('.message.target', { hasText: 'Make me a table' }).waitFor()
    t.match(await settledText(page.locator(':focus'), 'Make me a table'), 'Make me a table', 'the message has the focus')
  })

  await t.test('an answer is rated, and the rating taken back', async (t) => {
    const good = message(page, 'Here it is, with').getByRole('button', { name: 'Good answer' })
    await message(page, 'Here it is, with').hover()
    await good.click()
    await page.locator('[aria-pressed=true]').waitFor()
    await page.reload()
    await page.locator('[aria-pressed=true]').waitFor()
    await page.locator('[aria-pressed=true]').click()
    await page.locator('[aria-pressed=true]').waitFor({ state: 'detached' })
    t.pass()
  })

  await t.test('the editor of a long message is in sight, wherever it was opened from', async (t) => {
    await pick(page, 'By Pythagoras', 'Edit')
    const editor = page.getByLabel('Text of the message')
    await editor.waitFor()
    const isInSight = () => editor.evaluate((element) => element.getBoundingClientRect().top > 0 && element.getBoundingClientRect().bottom < innerHeight)
    t.ok(await settled(isInSight, (value) => value))
    await page.getByRole('button', { name: 'Cancel' }).click()
    await editor.waitFor({ state: 'detached' })
  })

  await t.test('an edit that is not saved is kept over a change of the branch', async (t) => {
    await pick(page, 'Make me a table', 'Edit')
    await page.getByLabel('Text of the message').fill('Make me *two* tables')
    await page.getByRole('button', { name: 'Previous branch' }).nth(1).click()
    await message(page, 'how much does the air').waitFor()
    await page.getByRole('button', { name: 'Next branch' }).nth(1).click()
    t.equal(await page.getByLabel('Text of the message').inputValue(), 'Make me *two* tables')
    await page.getByRole('button', { name: 'Save' }).click()
    await message(page, 'Make me two tables').locator('em').waitFor()
    await page.reload()
    await message(page, 'Make me two tables').waitFor()
  })

  await t.test('the text part of an answer is edited, its reasoning stays', async (t) => {
    await pick(page, 'By Pythagoras', 'Edit')
    await page.getByLabel('Text of the message').fill('By Thales')
    await page.getByLabel('Text of the message').press('Control+Enter')
    await message(page, 'By Thales').waitFor()
    t.equal(await settledCount(message(page, 'By Thales').locator('.reasoning'), 1), 1)
  })

  await t.test('a fork has what leads to the message, and says where it is from', async (t) => {
    await pick(page, 'By Thales', 'Fork from here')
    await page.getByText('Forked from another conversation').waitFor()
    t.equal(await settledCount(page.locator('article'), 2), 2)
    await page.getByText('Forked from another conversation').click()
    await message(page, 'Make me two tables').waitFor()
  })

  await t.test('a deleted message is gone, and what answers it stays', async (t) => {
    await pick(page, 'Make me two tables', 'Delete message')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await message(page, 'Make me two tables').waitFor({ state: 'detached' })
    t.equal(await settledCount(message(page, 'Here it is, with'), 1), 1)
    await page.reload()
    await message(page, 'Here it is, with').waitFor()
    t.equal(await settledCount(message(page, 'Make me two tables'), 0), 0)
  })
  t.strictSame(faults, [])
})

t.test('finding goes over all branches, opens what is folded, and marks what it finds', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await openShowcase(page)
  await page.keyboard.press('f')
  const field = page.getByRole('textbox', { name: 'Find in this conversation' })
  await field.fill('refraction')
  await page.getByText('3 messages').waitFor()
  t.match(await settledText(page.locator('.find-count'), '1 on another branch'), '1 on another branch')
  await field.press('Enter')
  t.ok(await appears(page.locator('.reasoning[open]').first()), 'reasoning that holds a hit is unfolded')
  // Each key goes to the next mark. The bar says at which message that is.
  const position = page.locator('.find-count', { hasText: '2 of 3' })
  await settled(async () => {
    if (await position.count() === 0) await page.keyboard.press('Enter')
    return await position.count()
  }, (count) => count === 1)
  t.ok(await appears(message(page, 'Fata Morgana')), 'the hit on the other branch is shown')
  t.equal(await settledCount(page.locator('.find-bar input:focus'), 1), 1, 'the field keeps the focus')
  await field.fill('no such words')
  await page.getByText('Not found').waitFor()
  await field.press('Escape')
  t.equal(await settledCount(page.locator('.find-bar'), 0), 0)
})

t.test('keys go through messages and branches, to the search, the list and the archive', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await openShowcase(page)
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
  const focuses = async (text: string) => t.match(await settled(focused, (found) => found.includes(text)), text)
  await page.keyboard.press('j')
  await focuses('By Pythagoras')
  await page.keyboard.press('j')
  await focuses('Make me a table')
  await page.keyboard.press('k')
  await focuses('By Pythagoras')
  await page.keyboard.press('[')
  await message(page, 'The rule of thumb is').waitFor()
  await page.keyboard.press(']')
  await message(page, 'By Pythagoras').waitFor()
  await page.keyboard.press('/')
  t.equal(await settledCount(page.locator('#search:focus'), 1), 1)
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await focuses('How far can you see')
  await page.keyboard.press('t')
  t.equal(await settledCount(page.locator('html[data-theme=dark]'), 1), 1)
  await page.keyboard.press('t')
  t.equal(await settledCount(page.locator('html[data-theme=light]'), 1), 1)
  await page.keyboard.press('e')
  await page.getByText('In the archive').first().waitFor()
  await page.keyboard.press('e')
  await page.getByText('Taken out of the archive').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' })
})

t.test('on paper there is the branch that is shown, and nothing to press', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await openShowcase(page)
  await page.emulateMedia({ media: 'print' })
  t.ok(await appears(page.locator('article').last()))
  for (const part of ['.side', '.reader-tools', '.outline', '.copy-code', '.message-actions', '.reasoning']) {
    t.notOk(await page.locator(part).first().isVisible(), part)
  }
  const paper = await page.pdf()
  t.ok(paper.byteLength > 10_000)
})
