import t from 'tap'
import { appears, importFile, settled, settledCount, signUp, startPage } from './browser.js'

const MESSAGES = 600

/** A chain of messages, each of some lines. */
function longHistory (): string {
  const messages = Array.from({ length: MESSAGES }, (_, index) => ({
    messageId: `m${index}`,
    parentMessageId: index === 0 ? null : `m${index - 1}`,
    isCreatedByUser: index % 2 === 0,
    sender: 'x',
    text: `Number ${index}. ${'Many words. '.repeat(40)}`
  }))
  return JSON.stringify([{ conversationId: 'long', title: 'Long', endpoint: 'openAI', messages }])
}

t.test('of a long conversation there is what is near, and all of it for anchors and for paper', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  // A browser that is never idle: only what is needed comes.
  await page.addInitScript('window.requestIdleCallback = () => 0')
  await signUp(page)
  await importFile(page, 'long.json', longHistory())
  await page.goto('/')
  await page.getByRole('link', { name: 'Long' }).click()
  const message = (number: number) => page.locator('.message', { hasText: `Number ${number}.` })
  t.ok(await appears(message(0)))
  t.equal(await settledCount(page.locator('article'), MESSAGES), MESSAGES, 'every message has its place')
  t.equal(await message(400).count(), 0, 'what is far away is not rendered')

  await t.test('the outline goes to a far one, marks it and keeps it in sight', async (t) => {
    await page.locator('.outline a', { hasText: 'Number 400.' }).click()
    t.ok(await appears(message(400)))
    const isAtTop = () => message(400).evaluate((element) => element.getBoundingClientRect().top >= 0 && element.getBoundingClientRect().top < innerHeight / 2)
    t.ok(await settled(isAtTop, (value) => value))
    t.equal(await settledCount(page.locator('.outline [aria-current]', { hasText: 'Number 400.' }), 1), 1)
    t.equal(await settledCount(page.locator('.message:focus', { hasText: 'Number 400.' }), 1), 1)
    const isInSight = () => page.locator('.outline [aria-current]').evaluate((element) => element.getBoundingClientRect().bottom < innerHeight)
    t.ok(await settled(isInSight, (value) => value))
  })

  await t.test('an address leads to another far one', async (t) => {
    const id = await page.locator('.outline a', { hasText: 'Number 200.' }).getAttribute('href')
    await page.goto(new URL(id ?? '', page.url()).href)
    await page.reload()
    t.ok(await appears(message(200)))
    t.equal(await settledCount(page.locator('.message.target', { hasText: 'Number 200.' }), 1), 1)
  })

  await t.test('paper gets every message', async (t) => {
    t.ok(await page.locator('.message.pending').count() > 0)
    await page.pdf()
    t.equal(await settledCount(page.locator('.message.pending'), 0), 0)
  })
  t.strictSame(faults, [])
})

t.test('all texts of a long conversation come by themselves, for the search of the browser', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'long.json', longHistory())
  await page.goto('/')
  await page.getByRole('link', { name: 'Long' }).click()
  t.equal(await settledCount(page.locator('.message-body', { hasText: 'Many words' }), MESSAGES), MESSAGES)
  t.ok(await page.evaluate('find("Number 599.")'))
})
