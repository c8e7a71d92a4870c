import type { Page } from 'playwright-core'
import t from 'tap'
import { phone, startPage } from './browser.js'
import { walkThrough, wordsOf } from './tour.js'

/*
 * Every screen on the smallest phone that is supported, in both languages: nothing is cut, nothing scrolls sideways, and
 * everything can be reached and hit with a finger.
 */

const smallest = { ...phone, viewport: { width: 360, height: 640 } }

/** What is wrong with a screen as it stands. */
function faultsOf (page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Least width and height of what is touched, in CSS pixels (WCAG 2.2, success criterion 2.5.8). */
    const TARGET = 24
    const faults: string[] = []
    const name = (element: Element) => `${element.localName}.${element.className} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`
    const isShown = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.visually-hidden, .skip')

    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide`)

    for (const element of Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'))) {
      if (!isShown(element)) continue
      const { left, right, width, height } = (element.closest('label') ?? element).getBoundingClientRect()
      if (left < 0 || right > clientWidth) faults.push(`outside of the window: ${name(element)}`)
      // Links within a sentence are as high as its lines.
      const isInline = getComputedStyle(element).display === 'inline'
      if (!isInline && (width < TARGET || height < TARGET)) faults.push(`${Math.round(width)} × ${Math.round(height)}: ${name(element)}`)
    }

    for (const element of Array.from(document.querySelectorAll('body *'))) {
      const { overflowX, textOverflow } = getComputedStyle(element)
      const isCut = element.scrollWidth > element.clientWidth + 1 && (overflowX === 'hidden' || overflowX === 'clip')
      if (isCut && textOverflow !== 'ellipsis' && isShown(element) && !element.matches('input')) faults.push(`cut: ${name(element)}`)
    }

    for (const element of Array.from(document.querySelectorAll('dialog[open], .menu:popover-open'))) {
      const { top, bottom } = element.getBoundingClientRect()
      if (top < 0 || bottom > innerHeight) faults.push(`above or below the window: ${name(element)}`)
    }
    return faults
  })
}

for (const [language, locale] of [['en', 'en-GB'], ['de', 'de-DE']] as const) {
  t.test(`every screen fits 360 × 640 pixels, language ${language}`, async (t) => {
    const { open } = await startPage(t)
    // What appears does so at once: nothing is measured in the middle of an animation.
    const { page } = await open({ ...smallest, locale, reducedMotion: 'reduce' })
    await walkThrough(page, wordsOf(language), async (name) => {
      t.strictSame(await faultsOf(page), [], name)
    })
  })
}
