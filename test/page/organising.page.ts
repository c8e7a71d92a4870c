import type { Page } from 'playwright-core'
import t from 'tap'
import { appears, countAfterScrolling, importFile, settledCount, settledText, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

const row = (page: Page, title: string | RegExp) => page.locator('.row', { hasText: title })

/** Opens the menu of a row and picks an entry. */
async function pick (page: Page, title: string, entry: string) {
  await row(page, title).hover()
  await row(page, title).getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

t.test('conversations are renamed, pinned, archived, tagged, duplicated and deleted in the list', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  await row(page, 'Regex for ISO dates').waitFor()

  await t.test('rename in place: Escape leaves the title, Enter saves it', async (t) => {
    await pick(page, 'Regex for ISO dates', 'Rename')
    const field = page.getByLabel('Title of the conversation')
    await field.fill('thrown away')
    await field.press('Escape')
    await row(page, 'Regex for ISO dates').waitFor()
    await pick(page, 'Regex for ISO dates', 'Rename')
    await field.fill('Dates by regex')
    await field.press('Enter')
    await row(page, 'Dates by regex').waitFor()
    await page.reload()
    await row(page, 'Dates by regex').waitFor()
    t.equal(await settledCount(row(page, 'Regex for ISO dates'), 0), 0)
  })

  await t.test('pinned conversations stand on top', async (t) => {
    await pick(page, 'Learning to juggle', 'Pin')
    await page.locator('.group').first().getByText('Learning to juggle').waitFor()
    await pick(page, 'Learning to juggle', 'Unpin')
    await page.locator('.group').first().getByText('Learning to juggle').waitFor({ state: 'detached' })
    t.equal(await settledCount(row(page, 'Learning to juggle'), 1), 1)
  })

  await t.test('archived conversations leave the list and are in the archive', async (t) => {
    await pick(page, 'Sourdough', 'Archive')
    await row(page, 'Sourdough').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Filter and sort' }).click()
    await page.getByRole('menuitemradio', { name: 'Archive' }).click()
    await row(page, 'Sourdough').waitFor()
    t.match(page.url(), 'archived=true')
    await pick(page, 'Sourdough', 'Take out of the archive')
    await page.getByText('The archive is empty').waitFor()
    await page.getByRole('button', { name: 'Show all conversations' }).click()
    await row(page, 'Sourdough').waitFor()
    await pick(page, 'Sourdough', 'Archive')
    await row(page, 'Sourdough').waitFor({ state: 'detached' })
    await page.locator('.notice', { hasText: /^Archived/ }).last().getByRole('button', { name: 'Undo' }).click()
    t.ok(await appears(row(page, 'Sourdough')), 'and come back at once when it was a slip')
  })

  await t.test('tags are suggested with their counts, made, and filtered by', async (t) => {
    await pick(page, 'Learning to juggle', 'Tags')
    t.match(await settledText(page.locator('.tag-choices'), /work6 conversations/), /work6 conversations/)
    await page.getByPlaceholder('Add a tag').fill('circus')
    await page.getByRole('button', { name: 'Make “circus”' }).click()
    await page.locator('.tag-choices label', { hasText: 'circus' }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await row(page, 'Learning to juggle').locator('.row-tag', { hasText: 'circus' }).waitFor()
    await page.getByRole('button', { name: 'Filter and sort' }).click()
    await page.getByRole('menuitemradio', { name: 'circus' }).click()
    await row(page, 'Sourdough').waitFor({ state: 'detached' })
    t.equal(await settledCount(page.locator('.row'), 1), 1)
    await page.locator('.active-filters').getByRole('button').click()
    await row(page, 'Sourdough').waitFor()
  })

  await t.test('the list is narrowed to a service and to what was imported from one program, and says so', async (t) => {
    const choose = async (entry: string) => {
      await page.getByRole('button', { name: 'Filter and sort' }).click()
      await page.getByRole('menuitemradio', { name: entry, exact: true }).click()
    }
    await choose('Google')
    t.equal(await settledCount(page.locator('.row'), 2), 2)
    t.match(page.url(), 'endpoint=google')
    t.equal(await settledCount(row(page, 'Comparing heat pumps'), 1), 1)
    await choose('LibreChat')
    await page.locator('.chip', { hasText: 'LibreChat' }).waitFor()
    t.match(page.url(), 'source=librechat')
    await page.reload()
    t.equal(await settledCount(page.locator('.row'), 2), 2)
    t.equal(await settledCount(page.locator('.chip'), 2), 2)
    await choose('Every service')
    await row(page, 'Sourdough').waitFor()
    await page.goto('/?source=chatgpt')
    await page.getByText('No conversation passes the filter').waitFor()
    await page.getByRole('button', { name: 'Show all conversations' }).click()
    await row(page, 'Sourdough').waitFor()
    t.equal(await settledCount(page.locator('.chip'), 0), 0)
  })

  await t.test('sorted by title the list goes by letters', async (t) => {
    await page.getByRole('button', { name: 'Filter and sort' }).click()
    await page.getByRole('menuitemradio', { name: 'Title' }).click()
    await page.locator('.group-heading', { hasText: /^B$/ }).waitFor()
    await page.getByRole('button', { name: 'Filter and sort' }).click()
    await page.getByRole('menuitemradio', { name: 'Last changed' }).click()
    await page.locator('.group-heading', { hasText: /^(?:Today|Yesterday)$/ }).first().waitFor()
    t.pass()
  })

  await t.test('a duplicate is opened and named', async (t) => {
    await pick(page, 'Gift ideas for Ruth', 'Duplicate')
    await page.getByRole('heading', { level: 1, name: 'Copy of Gift ideas for Ruth' }).waitFor()
    t.equal(await settledCount(page.locator('article'), 2), 2)
  })

  await t.test('a question comes before a delete, and no is an answer', async (t) => {
    await pick(page, 'Copy of Gift ideas', 'Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    t.equal(await settledCount(row(page, 'Copy of Gift ideas'), 1), 1)
    await pick(page, 'Copy of Gift ideas', 'Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row(page, 'Copy of Gift ideas').waitFor({ state: 'detached' })
    await page.waitForURL('**/')
    t.equal(await settledCount(page.locator('.row-link:focus'), 1), 1, 'the focus is on the row that follows')
  })

  await t.test('several are selected with shift, tagged and archived together', async (t) => {
    const boxes = page.locator('.row input[type=checkbox]')
    await row(page, 'Planning a weekend').hover()
    await boxes.nth(1).click()
    await boxes.nth(4).click({ modifiers: ['Shift'] })
    await page.getByRole('toolbar', { name: '4 selected' }).waitFor()
    await page.getByRole('toolbar').getByRole('button', { name: 'Tags' }).click()
    await page.getByPlaceholder('Add a tag').fill('batch')
    await page.getByRole('button', { name: 'Make “batch”' }).click()
    await page.locator('.tag-choices label', { hasText: 'batch4 conversations' }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByRole('toolbar').getByRole('button', { name: 'Archive' }).click()
    await page.getByText('4 archived').waitFor()
    t.equal(await settledCount(page.locator('.row'), 15), 15)
    t.equal(await settledCount(page.locator('.selection-bar'), 0), 0)
  })
  t.strictSame(faults, [])
})

t.test('a list of hundreds is read page by page as one scrolls', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const many = Array.from({ length: 230 }, (_, index) => ({
    conversationId: `c${index}`,
    title: `Number ${index}`,
    endpoint: 'openAI',
    messages: [{ messageId: `m${index}`, parentMessageId: null, isCreatedByUser: true, sender: 'User', text: 'hello', createdAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString() }]
  }))
  await importFile(page, 'many.json', JSON.stringify(many))
  await page.goto('/')
  await page.locator('.row').first().waitFor()
  t.equal(await settledCount(page.locator('.row'), 50), 50)
  t.equal(await countAfterScrolling(page, 230), 230)
  const titles = await page.locator('.row-title').allTextContents()
  t.equal(new Set(titles).size, 230, 'every conversation once')
  t.equal(titles[0], 'Number 229')
  t.equal(titles.at(-1), 'Number 0')
})
