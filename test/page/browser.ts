import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { Test } from 'tap'
import { packageRoot } from '../../src/paths.js'
import { launchChromium } from '../chromium.js'
import { noLimits } from '../no-limits.js'
import { startServer } from '../server-process.js'

/*
 * The built server in a process of its own, and the system's Chromium in front of it. `npm run test:page` builds first.
 */

/** The sizes at which the page is looked at, in CSS pixels. */
export const sizes = { phone: { width: 375, height: 812 }, tablet: { width: 768, height: 1024 }, desktop: { width: 1440, height: 900 } }

/** A phone, to be touched. */
export const phone: BrowserContextOptions = { viewport: sizes.phone, hasTouch: true, isMobile: true }

/** A server with an empty database and the browser to look at it; both end with the test. */
export async function startPage (t: Test, environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-page-'))
  const server = await startServer(t, packageRoot, {
    DATABASE_PATH: join(folder, 'parley.db'),
    PORT: '0',
    ...noLimits,
    ...environment
  })
  const browser = await launchChromium()
  t.teardown(async () => {
    await browser.close()
    await server.stop('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  })
  return { ...server, browser, open: (options: BrowserContextOptions = {}) => openTab(browser, server.url, options) }
}

/** A tab of a new browser profile, with a record of what must never happen. */
export interface Tab {
  page: Page
  /** Violations of the policy and errors of scripts. */
  faults: string[]
  /** Addresses of other origins that were asked. */
  foreign: string[]
}

async function openTab (browser: Browser, url: string, options: BrowserContextOptions): Promise<Tab> {
  const context = await browser.newContext({ viewport: sizes.desktop, locale: 'en-GB', baseURL: url, ...options })
  // A busy machine is slow, not wrong.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  return { page, ...watch(page, url) }
}

/** Records what must never happen in a page. */
export function watch (page: Page, url: string) {
  const faults: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted|Refused/i.test(message.text())) faults.push(message.text())
  })
  page.on('pageerror', (error) => { faults.push(error.message) })
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    dialog.dismiss().catch(() => {})
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(?:data|blob):/.test(request.url())) foreign.push(request.url())
  })
  return { faults, foreign }
}

/** The account that the tests sign in with. */
export const person = { name: 'Ada Lovelace', email: 'ada@example.test', password: 'correct horse battery staple' }

/** Somebody else. */
export const guest = { name: 'Grace Hopper', email: 'grace@example.test', password: 'another long password' }

/** Makes the first account in the page, as a person does. */
export async function signUp (page: Page) {
  await page.goto('/')
  await fillRegistration(page, person)
}

/** Makes another account, where registration is open. */
export async function register (page: Page, who = guest) {
  await page.goto('/')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await fillRegistration(page, who)
}

/** Signs in with the form that is shown. */
export async function signIn (page: Page, { email, password } = person) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function fillRegistration (page: Page, { name, email, password }: typeof person) {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.locator('.app').waitFor()
}

/** Imports a file in the page, from choosing it to the report. */
export async function importFile (page: Page, name: string, content: string) {
  await page.goto('/import')
  await page.getByLabel('Choose files').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
  await page.getByRole('button', { name: /^Import \d/ }).click()
  await page.getByText('Imported', { exact: true }).waitFor()
}

/** How long the page may take to show what a test expects. */
const SETTLE_MS = 60_000

/** Whether a part of the page is visible, as soon as it is. */
export async function appears (part: Locator): Promise<boolean> {
  return part.waitFor({ timeout: SETTLE_MS }).then(() => true, () => false)
}

/** How many elements a locator finds once there are as many as expected, or after the last try. */
export function settledCount (parts: Locator, expected: number): Promise<number> {
  return settled(() => parts.count(), (count) => count === expected)
}

/** The text of an element once it has what is expected, or after the last try. */
export function settledText (part: Locator, expected: RegExp | string): Promise<string | null> {
  return settled(() => part.textContent(), (text) => typeof expected === 'string' ? text?.includes(expected) === true : expected.test(text ?? ''))
}

/** How many rows the list has once it was scrolled to its end, or after the last try. */
export function countAfterScrolling (page: Page, expected: number): Promise<number> {
  return settled(async () => {
    await page.locator('.side-content').evaluate((element) => { element.scrollTo(0, element.scrollHeight) })
    return page.locator('.row').count()
  }, (count) => count >= expected)
}

/** A value that is read until it is as expected, or until the last try. */
export async function settled <T> (read: () => Promise<T>, isExpected: (value: T) => boolean): Promise<T> {
  const end = Date.now() + SETTLE_MS
  for (;;) {
    const value = await read()
    if (isExpected(value) || Date.now() > end) return value
    await setTimeout(50)
  }
}
