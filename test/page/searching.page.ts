import t from 'tap'
import { appears, importFile, phone, settled, settledCount, signUp, startPage } from './browser.js'
import { historyFile } from './library.js'

for (const [place, options] of [['on a desktop', {}], ['on a phone in German', { ...phone, locale: 'de-DE' }]] as const) {
  const isGerman = 'locale' in options
  const words = isGerman
    ? { label: 'Suche', filter: 'Suche filtern und sortieren', titles: 'Nur Titel', best: 'Beste Treffer zuerst', nothing: 'Nichts enthält alle Wörter', some: /enthalten? einige davon/, corrected: 'Das sind die Treffer für „lighthouse“' }
    : { label: 'Search', filter: 'Filter and sort the search', titles: 'Titles only', best: 'Best match first', nothing: 'Nothing has all words', some: /ha(?:s|ve) some of them/, corrected: 'These are the results for “lighthouse”' }

  t.test(`a search is filtered, ranked, and goes on with any of its words ${place}`, async (t) => {
    const { open } = await startPage(t)
    // The forms of the helpers are in English.
    const first = await open()
    await signUp(first.page)
    await importFile(first.page, 'history.json', historyFile())
    const { page, faults } = await open({ ...options, storageState: await first.page.context().storageState() })
    const field = page.getByRole('searchbox', { name: words.label })
    const pick = async (entry: string) => {
      await page.getByRole('button', { name: words.filter }).click()
      await page.getByRole('menuitemradio', { name: entry }).click()
    }

    await page.goto('/')
    await field.fill('lighthouse')
    t.ok(await appears(page.locator('.hit-snippet').first()), 'texts have the word')

    await field.press('ArrowDown')
    t.equal(await settledCount(page.locator('.hit-link:focus'), 1), 1, 'the arrow leads to the first hit')
    await page.keyboard.press('ArrowUp')
    t.equal(await settledCount(page.locator('#search:focus'), 1), 1, 'and back')

    await pick(words.titles)
    t.equal(await settledCount(page.locator('.hit-snippet'), 0), 0, 'titles only')
    t.ok(await appears(page.locator('.hit .row-title', { hasText: 'Bedtime story about a lighthouse' })))
    t.equal(await settled(() => field.inputValue(), (value) => value.startsWith('in:title')), 'in:title lighthouse', 'the filter stands in the field')
    await page.locator('.chip', { hasText: 'in:title' }).click()
    t.ok(await appears(page.locator('.hit-snippet').first()), 'and goes with its chip')

    await pick(words.best)
    t.ok(await appears(page.locator('.hit-snippet').first()), 'sorted by relevance')

    await field.fill('lighthuose')
    t.ok(await appears(page.getByText(words.corrected)), 'a typo is told')
    t.ok(await appears(page.locator('.hit-snippet mark', { hasText: 'lighthouse' }).first()), 'and what it stands for is found')

    await field.fill('lighthouse zeppelinry')
    t.ok(await appears(page.getByText(words.nothing)))
    const button = page.getByRole('button', { name: words.some })
    const { right = Infinity } = await button.evaluate((element) => ({ right: element.getBoundingClientRect().right - element.closest('.side-content')!.getBoundingClientRect().right }))
    t.ok(right < 0, 'the way on fits beside the edge')
    await button.click()
    t.ok(await appears(page.locator('.hit-snippet').first()), 'any of the words')
    t.strictSame(faults, [])
  })
}

t.test('what was found stays when there is no more to be had of it', async (t) => {
  const { open } = await startPage(t)
  const { page } = await open()
  await signUp(page)
  const messages = Array.from({ length: 40 }, (_, index) => ({
    messageId: `m${index}`, parentMessageId: index === 0 ? null : `m${index - 1}`, isCreatedByUser: index % 2 === 0, sender: 'x', text: `harbour ${index}`
  }))
  await importFile(page, 'harbour.json', JSON.stringify([{ conversationId: 'harbour', title: 'A port', endpoint: 'openAI', messages }]))
  const isFurther = (url: URL) => url.pathname === '/api/messages' && url.searchParams.has('cursor')
  const problem = { status: 500, code: 'INTERNAL', detail: 'The disk does not answer', requestId: 'req-7f' }
  await page.route(isFurther, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }))
  await page.goto('/search?q=harbour')
  await page.locator('.hit').first().waitFor()
  await page.locator('.side-content').evaluate((element) => { element.scrollTo(0, element.scrollHeight) })
  t.ok(await appears(page.locator('.notice.failed', { hasText: 'req-7f' }).first()))
  t.equal(await settledCount(page.locator('.hit-snippet'), 25), 25)
})
