import { copyFileSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { conversationKey } from '../../src/db/keys.js'
import { openWriter } from '../../src/db/open.js'
import { launchChromium } from '../chromium.js'
import { addMessages, databaseOf } from './data.js'
import { result, type Result } from './report.js'
import { type BenchServer, startParley } from './server-process.js'

const ROUNDS = 2
const CONVERSATIONS = 100_000
const MESSAGES = 5000
/** The conversation that gets the messages: the second, which is not archived. */
const CONVERSATION = conversationKey(1, 2)

/** What one round gives, in milliseconds; memory in MiB. */
interface Figures { firstRow: number, firstMessage: number, interactive: number, relayout: number, theme: number, jump: number, memory: number, search: number }

/**
 * The page in the system's Chromium, beside the same page made plainly: all messages rendered at once and laid out
 * without `content-visibility`. The list has 100,000 conversations, one of them 5,000 messages.
 */
export default async function page (): Promise<Result[]> {
  const { path, conversationId } = prepare()
  const server = await startParley(path)
  const browser = await launchChromium()
  const cdp = await browser.newBrowserCDPSession()
  try {
    const ours: Figures[] = []
    const plain: Figures[] = []
    for (let round = 0; round < ROUNDS; round++) {
      for (const [figures, isPlain] of [[ours, false], [plain, true]] as const) {
        const context = await signedIn(await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: server.url }), server, isPlain)
        figures.push(await measure(await context.newPage(), cdp, conversationId))
        await context.close()
      }
    }
    const rows: Array<[name: keyof Figures, what: string, unit: string, limits?: { atMost: number }]> = [
      ['firstRow', 'list of 100,000 conversations, address to first row', 'ms'],
      ['firstMessage', '5,000 messages, their data to the first one', 'ms'],
      ['interactive', '5,000 messages, their data to answering within 50 ms', 'ms', { atMost: 1000 }],
      ['relayout', '5,000 messages, layout after a change of the text size', 'ms'],
      ['theme', '5,000 messages, change of the theme to the next frame', 'ms'],
      ['jump', '5,000 messages, jump to one far away', 'ms'],
      ['memory', '5,000 messages, memory of the tab', 'MiB'],
      ['search', 'last key of a search to the first hit', 'ms']
    ]
    return rows.flatMap(([name, what, unit, limits]) => [
      result(ours.map((figures) => figures[name]), { what: `page: ${what}`, unit, ...limits }),
      result(plain.map((figures) => figures[name]), { what: `page: ${what}`, against: 'plain page', unit })
    ])
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** A copy of the database of the list's bench, in which one conversation has messages. */
function prepare () {
  const path = `${databaseOf(CONVERSATIONS)}-page`
  copyFileSync(databaseOf(CONVERSATIONS), path)
  const db = openWriter(path)
  db.$client.transaction(() => addMessages(db, CONVERSATION, MESSAGES))()
  const conversationId = db.$client.prepare<[number], string>('SELECT conversation_id FROM conversations WHERE pk = ?').pluck().get(CONVERSATION) ?? ''
  db.$client.close()
  return { path, conversationId }
}

/** Signs the page in with the token of the benches, and makes it a plain one. */
async function signedIn (context: BrowserContext, server: BenchServer, isPlain: boolean): Promise<BrowserContext> {
  const user = await (await fetch(`${server.url}/api/user`, { headers: server.headers })).json()
  const token = server.headers.authorization?.slice('Bearer '.length)
  await context.route('**/api/auth/refresh', (route) => route.fulfill({ json: { token, user } }))
  if (isPlain) {
    await context.addInitScript(renderAtOnce)
    await context.route('**/assets/*.css', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replaceAll('content-visibility:auto', 'content-visibility:visible') })
    })
  }
  return context
}

async function measure (page: Page, cdp: CDPSession, conversationId: string): Promise<Figures> {
  await page.goto('/')
  const firstRow = await page.evaluate<number>(shown('.row'))

  await page.goto(`/c/${conversationId}`)
  const shownAt = await page.evaluate<number>(shown('.message-body .prose'))
  const { dataAt, answersAt } = await page.evaluate<{ dataAt: number, answersAt: number }>(answering)
  while (await page.locator('.message.pending').count() > 0) await setTimeout(500)
  const memory = await tabMiB(cdp)
  const relayout = await page.evaluate<number>(changed('textSize', 'large'))
  const theme = await page.evaluate<number>(changed('theme', 'dark'))
  const jump = await page.evaluate<number>(jumped)

  await page.goto('/')
  await page.locator('.row').first().waitFor()
  await page.locator('#search').pressSequentially('countr')
  await page.evaluate(watchInput)
  await page.locator('#search').press('y')
  const search = await page.evaluate<number>('window.searched')
  return { firstRow, firstMessage: shownAt - dataAt, interactive: answersAt - dataAt, relayout, theme, jump, memory, search }
}

/** Memory that only the largest renderer has, in MiB (proc(5), smaps_rollup). */
async function tabMiB (cdp: CDPSession): Promise<number> {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  return Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const sizes = [...readFileSync(`/proc/${id}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+:\s+(\d+) kB/gm)]
    return sizes.reduce((sum, [, kib]) => sum + Number(kib), 0) / 1024
  }))
}

/*
 * What runs in the page. These are texts, because the compiler adds calls to functions that only this program has.
 */

/** Tells the page that every slice of messages is near, so that all are rendered at once. */
const renderAtOnce = `
  window.IntersectionObserver = class extends IntersectionObserver {
    constructor (callback, options) {
      super(callback, options)
      this.callback = callback
    }
    observe (target) {
      if (this.rootMargin.startsWith('1500px') && target.classList.contains('slice')) queueMicrotask(() => this.callback([{ isIntersecting: true, target }], this))
      else super.observe(target)
    }
  }`

/** Resolves with the time when the frame after the next one begins. */
const nextFrame = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))'

/** When the first element that the selector names was painted, since the start of the navigation. */
const shown = (selector: string) => `new Promise((resolve) => {
  const look = (time) => document.querySelector('${selector}') ? requestAnimationFrame(resolve) : requestAnimationFrame(look)
  requestAnimationFrame(look)
})`

/** When the messages had arrived, and when the page answered at once again: three turns in a row came within 50 ms. */
const answering = `new Promise((resolve) => {
  const [data] = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/messages/'))
  let prompt = 0
  const turn = (asked) => setTimeout(() => {
    const now = performance.now()
    prompt = now - asked < 50 ? prompt + 1 : 0
    if (prompt === 3) resolve({ dataAt: data.responseEnd, answersAt: now })
    else turn(now)
  })
  turn(performance.now())
})`

/** Milliseconds from a change of the document's element to the frame that shows it. */
const changed = (name: string, value: string) => `(async () => {
  const start = performance.now()
  document.documentElement.dataset.${name} = '${value}'
  document.body.offsetHeight
  await ${nextFrame}
  return performance.now() - start
})()`

/** Milliseconds from a click on the first prompt of the outline to the frame that shows it, from the end of the conversation. */
const jumped = `(async () => {
  const entries = document.querySelectorAll('.outline a')
  entries[entries.length - 1].click()
  await ${nextFrame}
  const start = performance.now()
  entries[Math.floor(entries.length / 2)].click()
  await ${nextFrame}
  return performance.now() - start
})()`

/** Keeps in `searched` how many milliseconds pass from the next input to the frame that shows a result. */
const watchInput = `window.searched = new Promise((resolve) => {
  addEventListener('input', () => {
    const start = performance.now()
    const look = (time) => document.querySelector('.hit') ? requestAnimationFrame((time) => resolve(time - start)) : requestAnimationFrame(look)
    look()
  }, { capture: true, once: true })
}); 0`
