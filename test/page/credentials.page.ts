import t from 'tap'
import { person, settledCount, signUp, startPage } from './browser.js'

t.test('the password is changed, sessions are ended, and keys are made once', async (t) => {
  const { open, url } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  const other = await open()
  await other.page.goto('/')
  await other.page.getByLabel('E-mail address').fill(person.email)
  await other.page.getByLabel('Password').fill(person.password)
  await other.page.getByRole('button', { name: 'Sign in' }).click()
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
    const key = await page.locator('.made-key code').textContent() ?? ''
    const ask = () => fetch(`${url}/api/convos`, { headers: { authorization: `Bearer ${key}` } })
    t.equal((await ask()).status, 200)
    await page.reload()
    await page.locator('.entries .setting', { hasText: 'nightly' }).waitFor()
    t.equal(await settledCount(page.locator('.made-key'), 0), 0)
    await page.locator('.entries').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.locator('.entries .setting').waitFor({ state: 'detached' })
    t.equal((await ask()).status, 401)
  })

  await t.test('an administrator opens the registration and locks who comes', async (t) => {
    await page.goto('/settings/users')
    const taken = page.waitForResponse((response) => response.url().endsWith('/registration') && response.request().method() === 'PUT')
    await page.getByLabel('Anyone may make an account').click()
    await taken
    const guest = await open()
    await guest.page.goto('/')
    await guest.page.getByLabel('Name').fill('Grace Hopper')
    await guest.page.getByLabel('E-mail address').fill('grace@example.test')
    await guest.page.getByLabel('Password').fill('another long password')
    await guest.page.getByRole('button', { name: 'Create account' }).click()
    await guest.page.getByText('No conversations yet').waitFor()
    await guest.page.goto('/settings/users')
    t.equal(await settledCount(guest.page.getByRole('link', { name: 'Users' }), 0), 0, 'others see nothing of it')
    await page.reload()
    await page.locator('.entries .setting', { hasText: 'Grace Hopper' }).getByRole('button', { name: 'Lock' }).click()
    await page.getByRole('button', { name: 'Unlock' }).waitFor()
  })
  t.strictSame(faults, [])
})
