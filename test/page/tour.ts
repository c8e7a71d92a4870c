import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { packageRoot } from '../../src/paths.js'
import { person, settledCount } from './browser.js'
import { historyFile } from './library.js'

/*
 * A walk through every screen, in any language of the page, by clicks and keys as a person makes them.
 */

/** One text of the page in the language of the walk, with its values filled in. */
export type Words = (key: string, values?: Record<string, string>) => string

/** What is done at every screen, once it is there. */
export type Look = (name: string) => Promise<void>

interface Walk { page: Page, words: Words, look: Look }

/** The texts of a language, as the page has them. */
export function wordsOf (language: 'en' | 'de'): Words {
  const texts: Record<string, string | Record<string, string>> = JSON.parse(readFileSync(join(packageRoot, `src/web/i18n/${language}.json`), 'utf8'))
  return (key, values = {}) => {
    const text = texts[key]
    if (text === undefined) throw new Error(`The page has no text ${key}`)
    const form = typeof text === 'string' ? text : text.other ?? ''
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  }
}

/** Goes through every screen of a server that has no account yet, and calls `look` at each. */
export async function walkThrough (page: Page, words: Words, look: Look) {
  const walk = { page, words, look }
  await firstStart(walk)
  await importing(walk)
  await list(walk)
  await reading(walk)
  await searching(walk)
  await settings(walk)
  await exceptions(walk)
}

async function firstStart ({ page, words, look }: Walk) {
  await page.goto('/')
  await page.getByRole('heading', { name: words('sign.firstTitle') }).waitFor()
  await look('first start')
  await page.getByLabel(words('sign.name'), { exact: true }).fill(person.name)
  await page.getByLabel(words('sign.email')).fill(person.email)
  await page.getByLabel(words('sign.password')).fill('password')
  await button(page, words('sign.create')).click()
  await page.locator('.failure-note').waitFor()
  await look('refused password')
  await page.getByLabel(words('sign.password')).fill(person.password)
  await button(page, words('sign.create')).click()
  await page.getByText(words('list.empty')).waitFor()
  await look('empty list')
}

async function importing ({ page, words, look }: Walk) {
  await page.goto('/import')
  const chooser = page.getByLabel(words('import.choose'))
  await chooser.waitFor({ state: 'attached' })
  for (const entry of await page.locator('.help-entry').all()) await entry.evaluate((element) => { element.setAttribute('open', '') })
  await look('import')
  const more = [{ conversationId: 'broken', messages: 7, endpoint: 'openAI' }, { conversationId: 'empty', title: `A title ${'without an end '.repeat(12)}`, messages: [] }]
  await chooser.setInputFiles(jsonFile(`conversations-${'of-a-long-name-'.repeat(8)}.json`, JSON.stringify([...JSON.parse(historyFile()), ...more])))
  const start = page.locator('.import-card .button.primary')
  await start.waitFor()
  await look('dry run')
  await start.click()
  await page.getByText(words('import.done'), { exact: true }).waitFor()
  for (const fold of await page.locator('.reasons').all()) await fold.evaluate((element) => { element.setAttribute('open', '') })
  await look('import report')
  await chooser.setInputFiles(jsonFile('broken.json', '[{"a":'))
  await page.locator('.failure-note').waitFor()
  await look('failed import')
}

async function list ({ page, words, look }: Walk) {
  await page.goto('/')
  await page.locator('.row').first().waitFor()
  await look('list')
  await button(page, words('list.filter')).click()
  await lookAtMenu({ page, words, look }, 'filter menu')
  await page.locator('.menu-entry', { hasText: 'databases' }).click()
  await page.locator('.active-filters .chip').waitFor()
  await look('filtered list')
  await page.locator('.active-filters .chip').click()

  const row = page.locator('.row', { hasText: 'Learning to juggle' })
  const menu = row.locator('.icon-button')
  await row.hover()
  await menu.click()
  await lookAtMenu({ page, words, look }, 'menu of a conversation')
  await entry(page, words('conversation.rename')).click()
  await page.getByLabel(words('conversation.renameLabel')).waitFor()
  await look('rename')
  await page.keyboard.press('Escape')
  for (const key of ['conversation.tags', 'conversation.export', 'conversation.delete']) {
    await row.hover()
    await menu.click()
    await entry(page, words(key)).click()
    // Its first field or button.
    await page.getByRole('dialog').locator('input, button').first().waitFor()
    await look(key)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await row.hover()
  await menu.click()
  await entry(page, words('list.selectOne')).click()
  await page.locator('.selection-bar').waitFor()
  await look('selection')
  await button(page, words('list.endSelection')).click()
  await page.goto('/?archived=true')
  await page.getByText(words('list.emptyArchive')).waitFor()
  await look('empty archive')
}

async function reading ({ page, words, look }: Walk) {
  await page.goto('/')
  await page.getByRole('link', { name: /How far can you see/ }).click()
  await page.locator('math').first().waitFor()
  await look('conversation')
  for (const fold of await page.locator('.message details').all()) await fold.evaluate((element) => { element.setAttribute('open', '') })
  await look('conversation, unfolded')
  await button(page, words('conversation.view')).click()
  await lookAtMenu({ page, words, look }, 'view menu')
  await page.keyboard.press('Escape')
  const answer = page.locator('.message').nth(1)
  await answer.hover()
  await answer.getByRole('button', { name: words('message.actions') }).click()
  await lookAtMenu({ page, words, look }, 'menu of a message')
  await entry(page, words('message.delete')).click()
  await page.getByRole('dialog').waitFor()
  await look('delete a message')
  await page.keyboard.press('Escape')
  await answer.hover()
  await answer.getByRole('button', { name: words('message.actions') }).click()
  await entry(page, words('message.edit')).click()
  await page.getByLabel(words('message.editLabel')).waitFor()
  await look('editor')
  await button(page, words('common.cancel')).click()
  await button(page, words('conversation.find')).click()
  await page.getByRole('textbox', { name: words('find.label') }).fill('refraction')
  await button(page, words('find.next')).click()
  await page.locator('.find-count', { hasText: '1' }).waitFor()
  await look('find')
}

async function searching ({ page, words, look }: Walk) {
  await page.goto('/search')
  await page.getByText(words('search.hint')).waitFor()
  await look('search')
  const field = page.getByRole('searchbox', { name: words('search.label') })
  await field.fill('lighthouse')
  await page.locator('.results:not(.stale) .hit').first().waitFor()
  await look('search results')
  await button(page, words('search.filter')).click()
  await lookAtMenu({ page, words, look }, 'search menu')
  await page.keyboard.press('Escape')
  await field.fill('role:assistant has:code lighthuose')
  await page.locator('.results:not(.stale) .chip').first().waitFor()
  await look('search with chips')
  await field.fill('lighthouse zeppelinry')
  await page.getByText(words('search.emptyAll')).waitFor()
  await look('no message has all words')
  await field.fill('zeppelinry')
  await page.getByText(words('search.empty'), { exact: true }).waitFor()
  await look('nothing found')
}

async function settings ({ page, words, look }: Walk) {
  for (const section of ['appearance', 'account', 'security', 'keys', 'users', 'server', 'about']) {
    await page.goto(`/settings/${section}`)
    await page.locator('#settings-heading').waitFor()
    await settledCount(page.locator('main .skeleton'), 0)
    await look(`settings, ${section}`)
  }
  await page.goto('/settings/keys')
  await page.getByLabel(words('keyring.name')).fill('nightly backup')
  await button(page, words('keyring.make')).click()
  await page.locator('.secret').waitFor()
  await look('a new key')
  await page.goto('/settings/account')
  await page.getByText(words('settings.deleteAccount'), { exact: true }).locator('xpath=ancestor::*[@class="setting"]').getByRole('button').click()
  await page.getByRole('dialog').waitFor()
  await look('delete the account')
}

async function exceptions ({ page, words, look }: Walk) {
  await page.goto('/')
  await page.locator('.row').first().waitFor()
  await page.locator('.brand').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await look('keys')
  await page.goto('/c/unknown')
  await page.getByText(words('conversation.gone')).waitFor()
  await look('unknown conversation')
  await page.goto('/no/such/place')
  await page.getByText(words('app.unknown')).waitFor()
  await look('unknown address')
  await page.goto('/password#no-such-token')
  await page.getByRole('heading', { name: words('password.title') }).waitFor()
  await look('password link')
  await page.goto('/settings/account')
  await button(page, words('sign.out')).click()
  await page.getByRole('heading', { name: words('sign.inTitle') }).waitFor()
  await look('sign in')
}

/** Menus get their place in the frame after they open, and the focus with it. */
async function lookAtMenu ({ page, look }: Walk, name: string) {
  await page.locator('.menu-entry:focus').waitFor()
  await look(name)
}

function button (page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true })
}

function entry (page: Page, name: string): Locator {
  return page.getByRole('menu').getByText(name, { exact: true })
}

function jsonFile (name: string, content: string) {
  return { name, mimeType: 'application/json', buffer: Buffer.from(content) }
}
