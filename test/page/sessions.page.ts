import t from 'tap'
import { appears, guest, importFile, person, settledCount, signIn, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

t.test('tabs share one session: one renewal serves all, and signing out ends all', async (t) => {
  // Tokens live so short that every look at the server needs a new one.
  const { open } = await startPage(t, { SESSION_EXPIRY: '5000' })
  const { page } = await open()
  await signUp(page)
  const second = await page.context().newPage()
  let renewals = 0
  page.context().on('request', (request) => { if (request.url().endsWith('/api/auth/refresh')) renewals++ })
  await Promise.all([page.reload(), second.goto('/')])
  await Promise.all([page, second].map((tab) => tab.getByText('No conversations yet').waitFor()))
  const tabs = [page, second, await page.context().newPage(), await page.context().newPage()]
  await Promise.all(tabs.map(async (tab) => {
    await tab.goto('/')
    await tab.getByText('No conversations yet').waitFor()
  }))
  t.ok(renewals > 0)
  await page.goto('/settings/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await Promise.all(tabs.map((tab) => tab.getByRole('heading', { name: 'Welcome back' }).waitFor()))
})

t.test('who has to sign in again is where they were, with what they typed', async (t) => {
  const { open } = await startPage(t, { SESSION_EXPIRY: '5000' })
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  await page.getByRole('link', { name: /How far can you see/ }).click()
  const message = page.locator('.message', { hasText: 'Make me a table' })
  await message.hover()
  await message.getByRole('button', { name: 'Actions for this message' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByLabel('Text of the message').fill('Make me a chart')
  const address = page.url()

  await page.context().clearCookies()
  await page.waitForTimeout(5100)
  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  t.ok(await appears(dialog), 'the question stays')
  await dialog.getByLabel('Password').fill('wrong password')
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.locator('.failure-note').waitFor()
  await dialog.getByLabel('Password').fill(person.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.locator('.message', { hasText: 'Make me a chart' }).locator('.prose').waitFor()
  t.equal(page.url(), address)
})

t.test('without a connection the page says so, keeps what it shows, and goes on afterwards', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  await page.goto('/')
  await page.locator('.row').first().waitFor()
  await page.context().setOffline(true)
  await page.getByRole('link', { name: /How far can you see/ }).click()
  await page.getByText('The conversation could not be read').waitFor()
  t.equal(await settledCount(page.locator('.row'), 19), 19, 'the list stays')
  t.ok(await appears(page.locator('.offline')))
  await page.getByRole('searchbox', { name: 'Search' }).fill('lighthouse')
  await page.getByText('The search failed').waitFor()
  await page.context().setOffline(false)
  t.ok(await appears(page.locator('article').first()), 'what could not be read is read without being asked for')
  t.ok(await appears(page.locator('.hit').first()))
  t.equal(await settledCount(page.locator('.offline'), 0), 0)
})

t.test('settings change the look and the language at once, and stay', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await page.goto('/settings')
  const root = (name: string) => page.evaluate((name) => document.documentElement.getAttribute(name), name)
  await page.getByLabel('Dark').click()
  t.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(25, 24, 21)')
  await page.getByLabel('Larger').click()
  t.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '20px')
  await page.getByLabel('Compact').click()
  await page.getByLabel('Deutsch').click()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  t.strictSame([await root('lang'), await root('data-theme'), await root('data-text-size'), await root('data-density')], ['de', 'dark', 'larger', 'compact'])
  await page.goto('/settings/about')
  await page.getByText(/^\d+\.\d+\.\d+$/).waitFor()
  t.strictSame(faults, [])
})

t.test('a browser that prefers German gets German', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open({ locale: 'de-AT' })
  await page.goto('/')
  await page.getByRole('heading', { name: 'Legen Sie Ihr Konto an' }).waitFor()
  t.equal(await page.evaluate(() => document.documentElement.lang), 'de')

  await t.test('also for what the server refuses', async (t) => {
    const other = await open()
    await signUp(other.page)
    await page.reload()
    await page.getByLabel('E-Mail-Adresse').fill(person.email)
    await page.getByLabel('Passwort').fill('not the password')
    await page.getByRole('button', { name: 'Anmelden' }).click()
    t.ok(await appears(page.locator('.failure-note', { hasText: 'Die Anmeldung wurde abgelehnt' })))
  })
})

t.test('nothing private is kept in the browser, and an account is deleted with all of it', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  const kept = await page.evaluate(async () => ({
    storage: Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((name) => !name.startsWith('parley.')),
    caches: await caches.keys(),
    databases: await indexedDB.databases(),
    workers: await navigator.serviceWorker.getRegistrations()
  }))
  t.strictSame(kept, { storage: [], caches: [], databases: [], workers: [] })
  await page.goto('/settings/account')
  await page.locator('.setting', { hasText: 'Delete account' }).getByRole('button').click()
  const button = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
  t.ok(await button.isDisabled(), 'the address has to be typed first')
  await page.getByLabel(`Type ${person.email} to delete`).fill(person.email)
  await page.getByRole('dialog').getByLabel('Current password').fill(person.password)
  await button.click()
  await page.getByRole('heading', { name: 'Create your account' }).waitFor()
  t.ok(await appears(page.getByText('This server has no account yet')), 'the server is as at its first start')
})

t.test('somebody whom a proxy signed in is asked for nothing', async (t) => {
  const { open } = await startPage(t, { AUTH_HEADER_EMAIL: 'Remote-Email', AUTH_HEADER_NAME: 'Remote-Name', AUTH_HEADER_PROXIES: '127.0.0.1', AUTH_HEADER_PROVISION: 'true' })
  const first = await open()
  await signUp(first.page)
  const { page, faults } = await open({ extraHTTPHeaders: { 'Remote-Email': guest.email, 'Remote-Name': guest.name } })
  await page.goto('/settings/account')
  t.equal(await page.getByLabel('Name').inputValue(), guest.name)

  await t.test('who signs out can come back by the proxy', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in without a password' }).click()
    await page.getByText('No conversations yet').waitFor()
  })

  await t.test('whom the proxy does not name has the form, and is told why', async () => {
    const stranger = await open()
    await stranger.page.goto('/')
    await stranger.page.getByRole('button', { name: 'Sign in without a password' }).click()
    await stranger.page.getByText('No proxy signed you in').waitFor()
    await signIn(stranger.page)
    await stranger.page.locator('.app').waitFor()
  })
  t.strictSame(faults, [])
})
