import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { Parser } from 'htmlparser2'
import type { JsonObject } from '../../formats/kit/draft.js'
import { htmlToMarkdown } from '../../formats/kit/html-markdown.js'
import type { JsonElement } from '../json/scanner.js'
import { activityTime, looksLikeTime } from './activity-time.js'

const CHUNK_BYTES = 2 ** 20
/** One activity is parsed whole, like an element of JSON. */
const MAX_ACTIVITY_CHARACTERS = 32 * 2 ** 20
/** The address of a chat. */
const chatAddress = /gemini\.google\.com\/[\w/-]*(?:app|gem)\/[\w/-]+/
/** A prompt all of which is a link. */
const linkedPrompt = /^([^<]{0,100})<a\b([^>]{0,600})>([\s\S]*)<\/a>\s*$/
const verb = /^[^\u00a0\n]{1,60}\u00a0(?:[:：]\s*)?/
const CELL = '<div class="outer-cell'

/**
 * The activities on a page of Google Takeout ("My Activity" as HTML, which is Google's default), each as the object that
 * the same activity is in Takeout's JSON. A page without any gives nothing.
 */
export function * activityElements (path: string): Generator<JsonElement> {
  for (const { html, start, end } of cellsOf(path)) {
    if (html.length > MAX_ACTIVITY_CHARACTERS) yield { start, end, refused: 'It is larger than 32 MiB' }
    else yield { start, end, size: html.length, value: readActivity(html) }
  }
}

interface Cell { html: string, start: number, end: number }

/** The HTML of each activity, with about where in the file it stands. */
function * cellsOf (path: string): Generator<Cell> {
  const fd = openSync(path, 'r')
  try {
    const decoder = new StringDecoder('utf8')
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let text = ''
    let read = 0
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
      const start = read
      read += count
      text += decoder.write(chunk.subarray(0, count))
      const cells = text.split(CELL)
      text = cells.length > 1 ? CELL + (cells.pop() ?? '') : text
      for (const html of cells.slice(1)) yield { html: CELL + html, start, end: read }
      if (cells.length === 1 && !text.startsWith(CELL)) text = text.slice(-CELL.length)
    }
    if (text.startsWith(CELL)) yield { html: text, start: read, end: read }
  } finally {
    closeSync(fd)
  }
}

function readActivity (html: string): JsonObject {
  const cells = cellsIn(html)
  const lines = splitAtBreaks(cells.find(({ name, isBody }) => name === 'content-cell' && isBody)?.html ?? '')
  const caption = cells.filter(({ isCaption }) => isCaption).map((cell) => cell.html).join('\n')
  const known = lines.findIndex((line) => activityTime(textOf(line)) !== null)
  const date = known < 0 ? lines.findIndex((line) => looksLikeTime(textOf(line))) : known
  const said = date < 0 ? lines : lines.slice(0, date)
  const answer = date < 0 ? '' : lines.slice(date + 1).join('<br>')
  const prompt = said.join('<br>')
  const [, before = '', attributes = '', linked = ''] = linkedPrompt.exec(prompt) ?? []
  // A prompt may itself be an address.
  const link = /^\s*https?:/.test(linked) ? null : chatAddress.exec(attributes)
  const url = chatAddress.exec(caption) ?? link
  const heading = textOf(cells.find(({ name }) => name === 'header-cell')?.html ?? '')
  // An activity without a heading has its products in the caption.
  const header = heading === '' && (url !== null || /gemini|bard/i.test(textOf(caption))) ? 'Gemini Apps' : heading
  const title = htmlToMarkdown(link === null ? prompt : before + linked)
  return {
    header,
    products: [header],
    title,
    // Pages have a no-break space between the verb and the prompt, in every language.
    titleVerb: verb.exec(title)?.[0] ?? null,
    time: activityTime(textOf(lines[date] ?? '')) ?? '',
    ...(url !== null && { titleUrl: `https://${url[0]}` }),
    ...(textOf(answer) !== '' && { safeHtmlItem: [{ html: answer }] })
  }
}

interface HtmlCell { name: 'header-cell' | 'content-cell', isBody: boolean, isCaption: boolean, html: string }

/** The cells with content in an activity. */
function cellsIn (html: string): HtmlCell[] {
  const cells: HtmlCell[] = []
  let depth = 0
  let open: { cell: HtmlCell, depth: number, from: number } | null = null
  const parser = new Parser({
    onopentag (tag, attributes) {
      depth++
      const classes = (attributes.class ?? '').split(/\s+/)
      const name = (['header-cell', 'content-cell'] as const).find((name) => classes.includes(name))
      if (open !== null || name === undefined) return
      const isCaption = classes.includes('mdl-typography--caption')
      const isBody = classes.includes('mdl-typography--body-1') && !classes.includes('mdl-typography--text-right')
      open = { cell: { name, isBody, isCaption, html: '' }, depth, from: parser.endIndex + 1 }
    },
    onclosetag () {
      if (open !== null && open.depth === depth) {
        cells.push({ ...open.cell, html: html.slice(open.from, parser.startIndex) })
        open = null
      }
      depth--
    }
  })
  parser.end(html)
  return cells
}

/** The HTML between the line breaks that stand in no other element. */
function splitAtBreaks (html: string): string[] {
  const lines: string[] = []
  let depth = 0
  let from = 0
  const parser = new Parser({
    onopentag (tag) {
      if (tag === 'br' && depth === 0) {
        lines.push(html.slice(from, parser.startIndex))
        from = parser.endIndex + 1
      }
      depth++
    },
    onclosetag () { depth-- }
  })
  parser.end(html)
  return [...lines, html.slice(from)]
}

function textOf (html: string): string {
  let text = ''
  new Parser({ ontext: (part) => { text += part } }).end(html)
  return text.trim()
}
