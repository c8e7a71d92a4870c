import t from 'tap'
import { appears, importFile, person, register, settled, settledCount, settledText, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'
import { startProxy } from './proxy.js'

const file = (name: string, content: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(content) })

t.test('a file is looked through before anything changes, and its parts are told apart', async (t) => {
  const { open } = await startPage(t)
  const { page, faults } = await open()
  await signUp(page)
  await page.goto('/import')
  const history: object[] = JSON.parse(historyFile())
  const chooser = page.getByLabel('Choose files')
  const count = (name: string) => page.locator('.counts div', { hasText: name }).locator('dd').textContent()

  await t.test('a dry run counts what is new and changes nothing', async (t) => {
    await chooser.setInputFiles(file('history.json', JSON.stringify(history.slice(0, 10))))
    await page.getByText('Nothing has changed yet').waitFor()
    t.equal(await count('New'), '10')
    t.equal(await settledCount(page.locator('.row'), 0), 0)
    await page.getByRole('button', { name: 'Import 10 conversations' }).click()
    await page.getByText('Imported', { exact: true }).waitFor()
    t.equal(await settledCount(page.locator('.import-card:focus'), 1), 1, 'the focus stays where the button was')
    await page.locator('.row').first().waitFor()
    t.equal(await settledCount(page.locator('.row'), 10), 10)
    await page.getByRole('button', { name: 'Remove from this list' }).click()
  })

  await t.test('the same file has nothing new, and a newer one brings the rest', async (t) => {
    await chooser.setInputFiles(file('again.json', JSON.stringify(history.slice(0, 10))))
    await page.getByText('Everything in it is here already').waitFor()
    t.equal(await count('Unchanged'), '10')
    await page.getByRole('button', { name: 'Remove from this list' }).click()
    await chooser.setInputFiles(file('newer.json', JSON.stringify([...history, { conversationId: 'broken', messages: 7, endpoint: 'openAI' }, { conversationId: 'empty', messages: [] }])))
    await page.getByRole('button', { name: 'Import 9 conversations' }).waitFor()
    t.equal(await count('Unchanged'), '10')
    await page.getByText(/entr(?:y was|ies were) left out/).click()
    t.ok(await appears(page.locator('.reasons[open] li').first()), 'what is left out is listed with its reason')
    await page.getByRole('button', { name: 'Import 9 conversations' }).click()
    await page.getByText('Imported', { exact: true }).waitFor()
    await page.getByText('9 conversations imported').click()
    t.equal(await settledCount(page.locator('.reasons[open] a'), 9), 9, 'what came is linked')
    await page.getByRole('button', { name: 'Remove from this list' }).click()
  })

  await t.test('what was deleted here comes back only when it is asked for', async (t) => {
    const row = page.locator('.row', { hasText: 'Learning to juggle' })
    await row.hover()
    await row.getByRole('button', { name: /^Actions/ }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
    await chooser.setInputFiles(file('again.json', JSON.stringify(history)))
    await page.getByLabel('Bring back conversations I deleted here').click()
    await page.getByRole('button', { name: 'Import 1 conversation' }).click()
    await row.waitFor()
    await page.getByRole('button', { name: 'Remove from this list' }).click()
  })

  await t.test('a file that cannot be read says why', async (t) => {
    await chooser.setInputFiles([file('broken.json', '[{"a":'), file('poem.json', '"roses"')])
    await page.locator('.failure-note').nth(1).waitFor()
    t.match(await settledText(page.locator('.import-card', { hasText: 'broken.json' }), 'The file ends in the middle'), 'The file ends in the middle')
    t.equal(await settledCount(page.locator('.import-card .button.primary'), 0), 0)
  })
  t.strictSame(faults, [])
})

t.test('files dropped anywhere on the page are taken', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const transfer = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], 'dropped.json', { type: 'application/json' }))
    return transfer
  }, historyFile())
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer })
  await page.getByText('Drop to import').waitFor()
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await page.getByRole('button', { name: 'Import 19 conversations' }).waitFor()
  t.match(page.url(), /\/import$/)
})

t.test('a long import shows its progress and is stopped without a trace', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  await page.goto('/import')
  const long = Array.from({ length: 6000 }, (_, index) => ({
    conversationId: `c${index}`,
    title: `Number ${index}`,
    endpoint: 'openAI',
    messages: Array.from({ length: 10 }, (_, place) => ({
      messageId: `m${index}-${place}`, parentMessageId: place === 0 ? null : `m${index}-${place - 1}`, isCreatedByUser: place % 2 === 0, sender: 'x', text: `word${place} `.repeat(60)
    }))
  }))
  await page.getByLabel('Choose files').setInputFiles(file('long.json', JSON.stringify(long)))
  await page.getByRole('button', { name: /^Import 6/ }).click({ timeout: 120_000 })
  await page.locator('progress').waitFor()
  await page.getByText(/conversations so far/).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped. Nothing of it was kept.').waitFor()
  await page.goto('/')
  await page.getByText('No conversations yet').waitFor()
  t.pass()
})

t.test('an import of a second account stays its own', async (t) => {
  const { open } = await startPage(t, { ALLOW_REGISTRATION: 'true' })
  const { page } = await open()
  await signUp(page)
  await importFile(page, 'history.json', historyFile())
  const other = await open()
  await register(other.page)
  await other.page.getByText('No conversations yet').waitFor()
  await other.page.goto(page.url().replace(/\/import$/, '/search?q=lighthouse'))
  await other.page.getByText('Nothing found').waitFor()
  t.pass()
})

t.test('an import that is stopped after all of it was sent is shown as what became of it', async (t) => {
  const { open, url } = await startPage(t)
  const proxy = await startProxy(t, url)
  const { page } = await open({ baseURL: proxy.url })
  await signUp(page)
  await page.goto('/import')
  await page.getByLabel('Choose files').setInputFiles(file('history.json', historyFile()))
  const release = proxy.hold(({ url }) => url?.includes('/import?dryRun=false') === true)
  await page.getByRole('button', { name: 'Import 19 conversations' }).click()
  t.equal(await settled(() => countConversations(url), (count) => count === 19), 19, 'the server is done before its reply arrives')
  await page.getByText('Importing', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  t.ok(await appears(page.getByText('Stopping')))
  release()
  t.ok(await appears(page.getByText('Imported', { exact: true })))
  t.equal(await settledCount(page.locator('.row'), 19), 19)
})

t.test('an import is followed to its end over a lost connection', async (t) => {
  const { open, url } = await startPage(t)
  const proxy = await startProxy(t, url)
  const { page } = await open({ baseURL: proxy.url })
  await signUp(page)
  await page.goto('/import')
  proxy.cutNext(({ url, method }) => method === 'GET' && url?.includes('/api/convos/import/') === true)
  await page.getByLabel('Choose files').setInputFiles(file('history.json', historyFile()))
  t.ok(await appears(page.getByRole('button', { name: 'Import 19 conversations' })))
  t.equal(await settledCount(page.locator('.failure-note'), 0), 0)
})

/** How many conversations the server says that the account has. */
async function countConversations (url: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const { token } = await fetch(`${url}/api/auth/login`, { method: 'POST', headers, body: JSON.stringify({ email: person.email, password: person.password }) }).then((response) => response.json())
  const { conversations } = await fetch(`${url}/api/convos?limit=100`, { headers: { authorization: `Bearer ${token}` } }).then((response) => response.json())
  return conversations.length
}
