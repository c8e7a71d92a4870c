import type { Page } from 'playwright-core'
import t from 'tap'
import { appears, guest, phone, register, settledCount, settledText, signIn, signUp, startPage } from './browser.js'

const entry = (page: Page, name: string) => page.locator('.entries .setting', { hasText: name })

async function pick (page: Page, name: string, action: string) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

t.test('an administrator opens the registration and looks after the accounts', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await page.goto('/settings/users')
  const taken = page.waitForResponse((response) => response.url().endsWith('/registration') && response.request().method() === 'PUT')
  await page.getByLabel('Anyone may make an account').click()
  await taken
  const other = await open({ ...phone, colorScheme: 'dark' })
  await register(other.page)
  await page.reload()

  await t.test('others see nothing of it, until they become administrators', async (t) => {
    const users = other.page.getByRole('link', { name: 'Users' })
    await other.page.goto('/settings/users')
    await other.page.getByRole('link', { name: 'About' }).waitFor()
    t.equal(await users.count(), 0)
    await pick(page, guest.name, 'Make administrator')
    await entry(page, guest.name).getByText('Administrator').waitFor()
    await other.page.reload()
    await users.waitFor()
    await pick(page, guest.name, 'Take administration away')
    t.equal(await settledCount(entry(page, guest.name).getByText('Administrator'), 0), 0)
  })

  await t.test('nobody locks or deletes themselves', async (t) => {
    t.ok(await appears(entry(page, 'Ada Lovelace').getByText('You')))
    t.equal(await entry(page, 'Ada Lovelace').getByRole('button').count(), 0)
  })

  await t.test('a locked account is out at once, and in again when it is unlocked', async (t) => {
    await pick(page, guest.name, 'Lock')
    await entry(page, guest.name).getByText('Locked').waitFor()
    await other.page.reload()
    await signIn(other.page, guest)
    await other.page.locator('.failure-note').waitFor()
    await pick(page, guest.name, 'Unlock')
    t.equal(await settledCount(entry(page, guest.name).getByText('Locked'), 0), 0)
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.locator('.app').waitFor()
  })

  await t.test('a password link sets a new password once', async (t) => {
    await pick(page, guest.name, 'Make a password link')
    const link = await page.locator('.secret code').textContent() ?? ''
    await page.getByRole('button', { name: 'Close' }).last().click()
    await other.page.goto(link)
    await other.page.getByLabel('New password').fill('aaaaaaaaaa')
    await other.page.getByRole('button', { name: 'Set password' }).click()
    await other.page.locator('.failure-note').waitFor()
    await other.page.getByLabel('New password').fill('a brand new password')
    await other.page.getByRole('button', { name: 'Set password' }).click()
    await other.page.getByText('Password changed').waitFor()
    t.notMatch(other.page.url(), '#', 'the address keeps no token')
    await signIn(other.page, { ...guest, password: 'a brand new password' })
    await other.page.locator('.app').waitFor()
    await other.page.goto(link)
    await other.page.getByLabel('New password').fill('yet another password')
    await other.page.getByRole('button', { name: 'Set password' }).click()
    await other.page.locator('.failure-note').waitFor()
  })

  await t.test('a deleted account is gone after a question', async (t) => {
    await pick(page, guest.name, 'Delete account')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    t.equal(await entry(page, guest.name).count(), 1)
    await pick(page, guest.name, 'Delete account')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await entry(page, guest.name).waitFor({ state: 'detached' })
    await page.reload()
    t.equal(await settledCount(page.locator('.entries .setting'), 1), 1)
  })
  await t.test('the state of the server says whether the storage works, and how large it is', async (t) => {
    await page.getByRole('link', { name: 'Server' }).click()
    t.ok(await appears(page.getByText('The storage works.')))
    t.match(await settledText(page.locator('.facts'), 'Last backup'), /Users1 account.*Database\d+.*Free disk space\d+/)
  })
  t.strictSame([...faults, ...other.faults], [])
})
