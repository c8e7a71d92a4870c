import t from 'tap'
import { appears, person, settledCount, settledText, signIn, signUp, startPage } from './browser.js'

t.test('name and password are changed, sessions are ended, and keys are made once', async (t) => {
  const { open, url } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  const other = await open()
  await other.page.goto('/')
  await signIn(other.page)
  await other.page.getByText('No conversations yet').waitFor()

  await t.test('this session is marked, and another one is ended', async (t) => {
    await page.goto('/settings/security')
    await page.locator('.entries .setting').nth(1).waitFor()
    t.equal(await settledCount(page.locator('.entries .setting', { hasText: 'This one' }), 1), 1)
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await page.locator('.entries .setting').nth(1).waitFor({ state: 'detached' })
  })

  await t.test('a wrong password is refused with its reason, a right one changes it', async (t) => {
    await page.getByLabel('Current password').fill(person.password)
    await page.getByLabel('New password').fill('aaaaaaaaaa')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.locator('.failure-note').waitFor()
    await page.getByLabel('New password').fill('a better battery staple')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.locator('.notice').waitFor()
    t.equal(await settledCount(page.locator('.notice.failed'), 0), 0)
  })

  await t.test('a key is shown once, works, and is deleted', async (t) => {
    await page.goto('/settings/keys')
    await page.getByLabel('Name of the key').fill('nightly')
    await page.getByRole('button', { name: 'Make key' }).click()
    const key = await page.locator('.secret code').textContent() ?? ''
    const ask = () => fetch(`${url}/api/convos`, { headers: { authorization: `Bearer ${key}` } })
    t.equal((await ask()).status, 200)
    await page.reload()
    await page.locator('.entries .setting', { hasText: 'nightly' }).waitFor()
    t.equal(await settledCount(page.locator('.secret'), 0), 0)
    await page.locator('.entries').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.locator('.entries .setting').waitFor({ state: 'detached' })
    t.equal((await ask()).status, 401)
  })

  await t.test('a key that ends by itself says when', async (t) => {
    await page.getByLabel('Name of the key').fill('for a month')
    await page.getByRole('checkbox', { name: 'Import' }).check()
    await page.getByLabel('Expires').selectOption('In 30 days')
    await page.getByRole('button', { name: 'Make key' }).click()
    const entry = page.locator('.entries .setting', { hasText: 'for a month' })
    t.match(await settledText(entry, 'expires'), /Read, Import · never used · expires \d/)
  })

  await t.test('name and e-mail address are changed, and shown from then on', async (t) => {
    await page.goto('/settings/account')
    await page.getByLabel('Name').fill('Ada King')
    t.equal(await page.getByLabel('Current password').count(), 0, 'a name needs no password')
    await page.getByLabel('E-mail address').fill('countess@example.test')
    await page.getByLabel('Current password').fill('no such password')
    await page.getByRole('button', { name: 'Save' }).click()
    t.ok(await appears(page.locator('.failure-note', { hasText: 'password is wrong' })))
    t.equal(await page.getByLabel('Name').inputValue(), 'Ada King', 'what was typed stays')
    await page.getByLabel('Current password').fill('a better battery staple')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    await page.reload()
    await page.getByLabel('E-mail address').waitFor()
    t.equal(await page.getByLabel('E-mail address').inputValue(), 'countess@example.test')
    t.equal(await page.getByLabel('Name').inputValue(), 'Ada King')
  })
  t.strictSame(faults, [])
})
