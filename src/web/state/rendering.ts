import { computed, signal } from '@preact/signals'
import type { Formula, Highlight } from '../../render/options.js'
import { createRenderer, needsOf } from '../../render/renderer.js'
import { t } from '../i18n/index.js'

/*
 * The renderer of `src/render` as the page uses it: made anew when its optional parts arrive or the language changes.
 * The one policy of the page for trusted types is here, so no other place can turn text into HTML.
 */

/** The part of Trusted Types (w3.org/TR/trusted-types) that is used; TypeScript does not know it yet. */
interface TrustedTypes {
  /** Returns a TrustedHTML, which the DOM takes where TypeScript wants a string. */
  createPolicy (name: string, rules: { createHTML (html: string): string }): { createHTML (html: string): string }
}

declare global {
  interface Window { trustedTypes?: TrustedTypes }
}

const rules = { createHTML: (html: string) => html }
const policy = window.trustedTypes?.createPolicy('parley-renderer', rules) ?? rules

const highlight = signal<Highlight | undefined>(undefined)
const formula = signal<Formula | undefined>(undefined)

const renderer = computed(() => createRenderer({
  labels: { copy: t('code.copy'), picture: t('message.picture') },
  ...(highlight.value && { highlight: highlight.value }),
  ...(formula.value && { formula: formula.value })
}))

/** Returns a text of a message as HTML that the DOM takes. Loads what the text needs and is called again when it came. */
export function renderedText (text: string, id: string): string {
  const needs = needsOf(text)
  if (needs.code) load('code')
  if (needs.formula) load('formula')
  return policy.createHTML(renderer.value.render(text, id.replaceAll(/[^\w-]/g, '')))
}

const requested = new Set<string>()

/** A part that cannot be loaded leaves code plain, and is asked for again with the next text. */
function load (part: 'code' | 'formula') {
  if (requested.has(part)) return
  requested.add(part)
  const loading = part === 'code'
    ? import('../../render/highlight.js').then((loaded) => { highlight.value = loaded.highlight })
    : import('../../render/formula.js').then((loaded) => { formula.value = loaded.formula })
  loading.catch(() => { requested.delete(part) })
}
