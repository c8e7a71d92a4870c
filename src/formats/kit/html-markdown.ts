import { Parser } from 'htmlparser2'
import { link, sourceOf } from './link.js'
import { fence } from './fence.js'
import { type MarkdownWriter, markdownWriter } from './markdown-writer.js'

/** The parser's work for one tag grows with the depth; no answer is nested like this. */
const deepest = 500
const longestLinkText = 300

const unseen = new Set(['script', 'style', 'head', 'template', 'noscript'])
const marks = new Map([['strong', '**'], ['b', '**'], ['em', '*'], ['i', '*'], ['del', '~~'], ['s', '~~']])
const blocks = new Map<string, 1 | 2>([
  ...['p', 'dl', 'figure'].map((name) => [name, 2] as const),
  ...['div', 'section', 'article', 'header', 'footer', 'main', 'dt', 'dd', 'figcaption', 'details', 'summary', 'tr', 'td', 'th']
    .map((name) => [name, 1] as const)
])

type Attributes = Record<string, string>
/** What is left to do when an element closes. */
type Close = () => void

class TooDeep extends Error {}

/**
 * The Markdown of HTML as assistants' answers have it: paragraphs, headings, emphasis, lists, quotations, code, tables,
 * links and pictures (http and https only). Scripts and styles are left out; other markup leaves its text.
 *
 * Characters that Markdown knows are not escaped: answers hold Markdown of their own, and what people search is the
 * text. Takes one pass, linear in the length; HTML nested deeper than 500 levels gives its bare text.
 */
export function htmlToMarkdown (html: string): string {
  const writer = markdownWriter()
  try {
    parse(html, writer)
    return writer.finish()
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    return html.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ').trim()
  }
}

function parse (html: string, writer: MarkdownWriter) {
  const openings = elements(writer)
  const closings: Close[] = []
  let hidden = 0
  const parser = new Parser({
    onopentag (name, attributes) {
      if (closings.length === deepest) throw new TooDeep()
      if (unseen.has(name)) hidden++
      closings.push(unseen.has(name) ? () => { hidden-- } : hidden > 0 ? nothing : openings.open(name, attributes))
    },
    ontext (text) {
      if (hidden === 0) openings.text(text)
    },
    onclosetag () { closings.pop()?.() }
  })
  parser.end(html)
}

/** What each element writes; those that stand in themselves (a link in a link) leave only their text. */
function elements (writer: MarkdownWriter) {
  const collecting = new Set<string>()
  const lists: Array<{ next: number | null }> = []
  let rows = 0
  let cells: string[] = []
  let language: string | null = null

  return {
    text (text: string) {
      if (collecting.has('pre')) writer.raw(text)
      else writer.text(text)
    },
    open (name: string, attributes: Attributes): Close {
      if (collecting.has('pre')) return insidePre(name, attributes)
      const mark = marks.get(name)
      if (mark !== undefined) return collect(mark, (text) => writer.text(wrapped(text, (text) => `${mark}${text}${mark}`)))
      if (/^h[1-6]$/.test(name)) return paragraph(() => collect('heading', (text) => heading(Number(name[1]), text)))
      switch (name) {
        case 'br': writer.addLine(); return nothing
        case 'hr': return paragraph(() => { writer.raw('---'); return nothing })
        case 'code': return collect(name, (text) => writer.text(wrapped(text, inlineCode)))
        case 'a': return collect(name, (text) => writer.text(wrapped(text, (text) => anchor(text, attributes.href))))
        case 'img': writer.text(picture(attributes)); return nothing
        case 'pre': return paragraph(() => collect(name, code))
        case 'blockquote': return paragraph(() => indented('> ', '> '))
        case 'ul':
        case 'ol': return list(name === 'ol' ? Number(attributes.start ?? 1) || 1 : null)
        case 'li': return item()
        case 'table': return paragraph(table)
        case 'tr': return collecting.has('row') || !collecting.has('table') ? block(1) : row()
        case 'td':
        case 'th': return collecting.has('row') && !collecting.has('cell') ? collect('cell', (text) => { cells.push(text) }) : block(1)
      }
      return block(blocks.get(name) ?? 0)
    }
  }

  /** Collects the text of an element and passes it on; within another of its kind, only lets it through. */
  function collect (kind: string, done: (text: string) => void): Close {
    if (collecting.has(kind)) return nothing
    collecting.add(kind)
    writer.capture()
    return () => {
      collecting.delete(kind)
      done(writer.release())
    }
  }

  function block (breaks: 0 | 1 | 2): Close {
    if (breaks === 0) return nothing
    writer.breakLine(breaks)
    return () => writer.breakLine(breaks)
  }

  function paragraph (open: () => Close): Close {
    const end = block(2)
    const close = open()
    return () => {
      close()
      end()
    }
  }

  function indented (first: string, rest: string): Close {
    writer.indent(first, rest)
    return () => writer.outdent()
  }

  function heading (level: number, text: string) {
    if (text.trim() !== '') writer.raw(`${'#'.repeat(level)} ${text.trim()}`)
  }

  function insidePre (name: string, { class: classes }: Attributes): Close {
    if (name === 'br') writer.raw('\n')
    if (name === 'code') language = /(?:^|\s)language-(\S+)/.exec(classes ?? '')?.[1] ?? null
    return nothing
  }

  function code (text: string) {
    const body = text.replace(/^\n/, '').replace(/\n$/, '')
    if (body.trim() !== '') writer.raw(fence(body, language))
    language = null
  }

  function list (next: number | null): Close {
    const end = block(lists.length > 0 ? 1 : 2)
    lists.push({ next })
    return () => {
      lists.pop()
      end()
    }
  }

  function item (): Close {
    const list = lists.at(-1)
    const marker = typeof list?.next === 'number' ? `${list.next++}. ` : '- '
    const end = block(1)
    const close = indented(marker, ' '.repeat(marker.length))
    return () => {
      close()
      end()
    }
  }

  function table (): Close {
    if (collecting.has('table')) return nothing
    collecting.add('table')
    rows = 0
    return () => { collecting.delete('table') }
  }

  function row (): Close {
    collecting.add('row')
    cells = []
    return () => {
      collecting.delete('row')
      if (cells.length === 0) return
      writer.breakLine(1)
      writer.raw(tableRow(cells.map((cell) => cell.trim().replace(/\n/g, ' ').replaceAll('|', '\\|'))))
      if (rows++ === 0) writer.raw(`\n${tableRow(cells.map(() => '---'))}`)
      writer.breakLine(1)
    }
  }
}

function nothing () {}

/** The text with what `wrap` puts around it, but blanks at its ends outside. */
function wrapped (text: string, wrap: (text: string) => string): string {
  const inner = text.trim()
  if (inner === '') return text
  const start = text.indexOf(inner)
  return `${text.slice(0, start)}${wrap(inner)}${text.slice(start + inner.length)}`
}

function inlineCode (text: string): string {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  const ticks = '`'.repeat(longest + 1)
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`
}

function anchor (text: string, href: string | undefined): string {
  const source = sourceOf({ url: href, title: text })
  if (source === null || text === source.url) return text
  return text.length > longestLinkText ? `${text} (${source.url})` : link(source)
}

function picture ({ src, alt }: Attributes): string {
  const title = alt?.trim() ?? ''
  const source = sourceOf({ url: src, title: title === '' ? 'image' : title })
  if (source !== null) return `!${link(source)}`
  return title === '' ? '[image]' : `[image: ${title}]`
}

function tableRow (cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
