import t from 'tap'
import { appears, importFile, settled, settledCount, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

t.test('a failing server is told with the id of the request, and asked again', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  const problem = { type: 'about:blank', title: 'Unavailable', status: 503, code: 'STORAGE_UNAVAILABLE', detail: 'The disk does not answer', requestId: 'req-7f' }
  const fail = (pattern: RegExp) => page.route(pattern, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }))

  for (const [what, path, requests, shown] of [
    ['the list', '/', /\/api\/convos\?/, '.row'],
    ['a search', '/search?q=lighthouse', /\/api\/messages\?/, '.hit'],
    ['the keys', '/settings/keys', /\/api\/keys/, '.form'],
    ['the accounts', '/settings/users', /\/api\/admin\/users/, '.entries .setting']
  ] as const) {
    await t.test(what, async (t) => {
      await fail(requests)
      await page.goto(path)
      const note = page.locator('.failure-note', { hasText: 'The disk does not answer' })
      t.ok(await appears(note.getByText('Request req-7f')))
      await page.unroute(requests)
      await note.getByRole('button', { name: 'Try again' }).click()
      await note.waitFor({ state: 'detached' })
      t.ok(await appears(page.locator(shown).first()))
    })
  }

  await t.test('an action that fails says so and changes nothing that is shown', async (t) => {
    await page.goto('/')
    await page.locator('.row').first().waitFor()
    await fail(/\/api\/convos\/archive/)
    await page.locator('.row', { hasText: 'Learning to juggle' }).hover()
    await page.getByRole('button', { name: 'Actions for Learning to juggle' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    t.ok(await appears(page.locator('.notice.failed', { hasText: 'req-7f' })))
    t.equal(await page.locator('.row', { hasText: 'Learning to juggle' }).count(), 1)
  })
  t.strictSame(faults, [])
})

t.test('a mistyped address leads back to the list', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  for (const [path, title] of [['/c/none#m-100%', 'There is no such conversation'], ['/c/none?leaf=%E0', 'There is no such conversation'], ['/nowhere', 'There is nothing at this address']] as const) {
    await page.goto(path)
    t.ok(await appears(page.getByRole('heading', { name: title })), path)
    t.ok(await appears(page.locator('main').getByRole('link', { name: 'All conversations' }).last()))
  }
  t.strictSame(faults, [])
})

t.test('a read that the server is too busy for is sent again', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  let refused = 0
  await page.route(/\/api\/convos\?/, (route) => refused++ < 2 ? route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body: '{}' }) : route.continue())
  await page.goto('/')
  t.ok(await appears(page.locator('.row').first()))
  t.ok(refused >= 2)
  t.equal(await page.locator('.failure-note').count(), 0)
})

t.test('what is slow shows where it will be', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  let release = () => {}
  const released = new Promise<void>((resolve) => { release = resolve })
  await page.route(/\/api\/(?:convos|messages)/, async (route) => {
    await released
    await route.continue()
  })
  await page.goto('/')
  t.ok(await appears(page.locator('.skeleton-rows')))
  await page.getByRole('searchbox', { name: 'Search' }).fill('light')
  release()
  await page.locator('.hit, .empty').first().waitFor()
  t.equal(await page.getByRole('searchbox', { name: 'Search' }).inputValue(), 'light', 'what was typed meanwhile stays')
})

t.test('a part of the page that cannot be loaded is asked for again', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await page.route(/\/assets\/settings-/, (route) => route.abort())
  await page.getByRole('link', { name: 'Settings' }).click()
  t.ok(await appears(page.getByText('This part of the page could not be loaded')))
  await page.unroute(/\/assets\/settings-/)
  await page.getByRole('button', { name: 'Try again' }).click()
  t.ok(await appears(page.getByRole('heading', { name: 'Settings' })))
})

t.test('who prefers less motion sees none', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const animation = async () => {
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    const name = await page.evaluate(() => getComputedStyle(document.querySelector('dialog') ?? document.body).animationName)
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    return name
  }
  t.equal(await animation(), 'appear')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  t.equal(await animation(), 'none')
  t.equal(await page.evaluate(() => document.getAnimations().length), 0)
})

t.test('a reload and the way back lead to where somebody was reading', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const messages = Array.from({ length: 60 }, (_, index) => ({
    messageId: `m${index}`, parentMessageId: index === 0 ? null : `m${index - 1}`, isCreatedByUser: index % 2 === 0, sender: 'x', text: `Paragraph ${index}. ${'Many words. '.repeat(60)}`
  }))
  await importFile(page, 'long.json', JSON.stringify([{ conversationId: 'long', title: 'Long', endpoint: 'openAI', messages }, ...JSON.parse(historyFile())]))
  await page.goto('/')
  await page.getByRole('link', { name: 'Long' }).click()
  const here = page.locator('.message', { hasText: 'Paragraph 40.' })
  await here.waitFor({ state: 'attached' })
  await here.evaluate((element) => element.scrollIntoView())
  const id = (await here.getAttribute('id') ?? '').slice('m-'.length)
  t.equal(await settled(() => page.evaluate(() => history.state?.place), (place) => place === id), id)
  const top = () => here.evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const isHere = (value: number) => value > -1500 && value < 900
  await page.reload()
  t.ok(isHere(await settled(top, isHere)), 'after a reload')
  await page.locator('.row-link', { hasText: 'Learning to juggle' }).click()
  await page.getByRole('heading', { name: 'Learning to juggle' }).waitFor()
  t.equal(await settledCount(page.locator('article'), 2), 2)
  await page.goBack()
  t.ok(isHere(await settled(top, isHere)), 'after coming back')
})

t.test('the tab is called what is on it, and nothing once somebody signed out', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  const called = async (title: string) => { t.equal(await settled(() => page.title(), (now) => now === title), title) }
  await called('Import – Parley')
  await page.goto('/settings')
  await called('Settings – Parley')
  await page.locator('.row-link', { hasText: 'Learning to juggle' }).click()
  await called('Learning to juggle – Parley')
  await page.getByRole('searchbox', { name: 'Search' }).fill('lighthouse')
  await page.locator('.hit').first().waitFor()
  await called('Learning to juggle – Parley')
  await page.goto('/search?q=lighthouse')
  await called('lighthouse – Parley')
  await page.goto('/settings/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await called('Parley')
})

t.test('who comes back to a tab sees what was changed elsewhere', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  t.equal(await settledCount(page.locator('.row'), 19), 19)
  const other = await page.context().newPage()
  await other.goto('/')
  await other.locator('.row-link', { hasText: 'Learning to juggle' }).click()
  await other.locator('article').first().waitFor()
  await other.keyboard.press('e')
  await other.getByText('In the archive').waitFor()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  t.equal(await settledCount(page.locator('.row'), 18), 18)
})

t.test('a page that could not start does so once the server answers', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await page.route('**/api/config', (route) => route.abort())
  await page.goto('/')
  t.ok(await appears(page.getByText('The server cannot be reached')))
  await page.unroute('**/api/config')
  t.ok(await appears(page.getByRole('heading', { name: 'Create your account' })))
})

t.test('a conversation that is slow to come has its title and the way back at once', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  let release = () => {}
  const released = new Promise<void>((resolve) => { release = resolve })
  await page.route('**/api/messages/*', async (route) => {
    await released
    await route.continue()
  })
  await page.locator('.row-link', { hasText: 'Learning to juggle' }).click()
  t.ok(await appears(page.locator('.skeleton-messages')))
  t.ok(await appears(page.getByRole('heading', { level: 1, name: 'Learning to juggle' })))
  t.equal(await settledCount(page.locator('.reader-back'), 1), 1)
  release()
  t.equal(await settledCount(page.locator('article'), 2), 2)
})
