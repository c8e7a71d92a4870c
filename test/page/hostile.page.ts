import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { appears, countAfterScrolling, importFile, settledCount, signUp, startPage, watch } from './browser.js'
import { hostileMessages, hostileNames } from './hostile-texts.js'

/** A chain of messages, as LibreChat exports it. */
function chain (conversationId: string, title: string, texts: string[], more: object = {}) {
  return {
    conversationId,
    title,
    endpoint: 'openAI',
    options: { model: 'gpt-4o' },
    messages: texts.map((text, index) => ({
      messageId: `${conversationId}-${index}`,
      parentMessageId: index === 0 ? null : `${conversationId}-${index - 1}`,
      isCreatedByUser: index % 2 === 0,
      sender: hostileNames[index % hostileNames.length],
      text,
      createdAt: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
      ...more
    }))
  }
}

t.test('nothing that a history holds runs, loads anything, or breaks the page', async (t) => {
  t.ok(hostileMessages.length >= 60)
  const { open } = await startPage(t)
  const { page, faults, foreign } = await open()
  await page.addInitScript('window.hit = () => { console.error("Refused: a script of a message ran") }')
  await signUp(page)
  const parts = {
    content: hostileMessages.slice(0, 40).flatMap((text) => [
      { type: 'think', think: text },
      { type: 'tool_call', tool_call: { name: text, args: text, output: text, progress: 1, type: 'tool_call' } },
      { type: 'text', text },
      { type: 'error', error: text }
    ]),
    files: hostileNames.map((filename) => ({ filename, type: filename }))
  }
  await importFile(page, 'hostile.json', JSON.stringify([
    chain('messages', 'Hostile messages', hostileMessages),
    chain('parts', 'Hostile parts', ['one', 'two'], parts),
    ...hostileNames.map((name, index) => ({ ...chain(`title-${index}`, name, ['hello']), tags: [name.slice(0, 60).trim()] }))
  ]))

  await t.test('as messages', async (t) => {
    await page.goto('/')
    await page.getByRole('link', { name: 'Hostile messages' }).click()
    await page.locator('article').last().waitFor({ state: 'attached' })
    // Every message is rendered when the browser has nothing else to do.
    await page.locator('.message.pending').first().waitFor({ state: 'detached', timeout: 300_000 })
    t.equal(await settledCount(page.locator('article'), hostileMessages.length), hostileMessages.length)
    await page.locator('math').first().waitFor({ state: 'attached' })
  })

  await t.test('as reasoning, tools, errors and names of files', async (t) => {
    await page.goto('/')
    await page.getByRole('link', { name: 'Hostile parts' }).click()
    await page.locator('.tool').first().waitFor({ state: 'attached' })
    for (const fold of await page.locator('.fold').all()) await fold.evaluate((element) => { element.setAttribute('open', '') })
    t.ok(await appears(page.locator('.file-card').nth(hostileNames.length - 1)))
  })

  await t.test('as titles and tags, in the list, its menus and the search', async (t) => {
    await page.goto('/')
    t.equal(await countAfterScrolling(page, hostileNames.length + 2), hostileNames.length + 2)
    await page.getByRole('button', { name: 'Filter and sort' }).click()
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    for (const query of ['hit', 'evil', '<script>hit()</script>', '"onerror']) {
      await page.goto(`/search?q=${encodeURIComponent(query)}`)
      await page.locator('.hit, .empty').first().waitFor()
    }
  })

  t.strictSame(faults, [], 'no violation of the policy, no script error, no dialog')
  t.strictSame(foreign, [], 'no request to another origin')
})

t.test('no element of a rendered message has a handler, a style or an address that runs', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'hostile.json', JSON.stringify([chain('messages', 'Hostile messages', hostileMessages)]))
  await page.goto('/')
  await page.getByRole('link', { name: 'Hostile messages' }).click()
  await page.locator('article').last().waitFor({ state: 'attached' })
  await page.locator('.message.pending').first().waitFor({ state: 'detached', timeout: 300_000 })
  const bad: string[] = await page.evaluate(`[...document.querySelectorAll('.message *')].flatMap((element) => [...element.attributes].flatMap(({ name, value }) =>
    /^on|^style$|^srcdoc$/.test(name) || (/href|src|action|data$/.test(name) && !/^(https?:|mailto:|#|data:image\\/(png|jpeg|gif|webp|avif);|\\/)/.test(value)) ? [element.localName + ' ' + name + '=' + value] : []))`)
  t.strictSame(bad, [])
  t.equal(await settledCount(page.locator('.prose script, .prose iframe, .prose object, .prose embed, .prose form, .prose style, .prose svg, .prose input'), 0), 0)
})

t.test('an exported page runs nothing and loads nothing, opened as a file', async (t) => {
  const { open, browser } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'hostile.json', JSON.stringify([chain('messages', hostileNames[0] ?? '', hostileMessages)]))
  await page.goto('/')
  await page.locator('.row-link').click()
  await page.getByRole('button', { name: 'More about this conversation' }).click()
  await page.getByRole('menuitem', { name: 'Export' }).click()
  await page.getByLabel('Web page').check()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Download' }).click()])
  const path = join(t.testdir(), 'exported.html')
  await download.saveAs(path)

  const reader = await (await browser.newContext()).newPage()
  const address = pathToFileURL(path).href
  const { faults, foreign } = watch(reader, address)
  await reader.addInitScript('window.hit = () => { console.error("Refused: a script of a message ran") }')
  await reader.goto(address)
  t.equal(await settledCount(reader.locator('article'), hostileMessages.length), hostileMessages.length)
  // Everything that is folded is shown, and every link is looked at.
  for (const fold of await reader.locator('details').all()) await fold.evaluate((element) => { element.setAttribute('open', '') })
  t.equal(await reader.locator('script, iframe, object, embed, form, link, base, svg').count(), 0)
  const addresses: string[] = await reader.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  t.ok(addresses.length > 0)
  t.strictSame(addresses.filter((href) => !/^(?:https?:|mailto:|#)/.test(href)), [])
  t.strictSame(faults, [], 'no violation of its policy, no script error, no dialog')
  t.strictSame(foreign, [], 'no request')
})
