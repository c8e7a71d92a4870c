import { isoTime } from '../../iso-time.js'
import { escapeHtml } from '../../render/escape.js'
import { formula } from '../../render/formula.js'
import { highlight } from '../../render/highlight.js'
import { createRenderer } from '../../render/renderer.js'
import { branchesOf } from '../kit/branches.js'
import type { ArchiveFile, ExportFormat, ExportOptions } from '../kit/export-format.js'
import { fileNames } from '../kit/file-name.js'
import { bodyOf, type StoredConversation } from '../kit/stored.js'
import { type WrittenPart, writtenParts } from '../kit/written-parts.js'
import { documentEnd, documentStart } from './document.js'

const renderer = createRenderer({ labels: { copy: null, picture: 'Picture' }, highlight, formula })

/** What the index of an archive lists. */
interface Listed { path: string, title: string, day: string, messages: number }

/**
 * A page for each conversation that needs no other file and no network, made by the renderer of the page, so it is as safe: no
 * script, and a policy that would run none. An archive has an index of its pages.
 */
export const htmlExport: ExportFormat = {
  name: 'html',
  one: {
    kind: 'text',
    ending: '.html',
    mediaType: 'text/html; charset=utf-8',
    * write (conversations, options) {
      for (const conversation of conversations) yield * pageOf(conversation, options)
    }
  },
  many: {
    kind: 'zip',
    * write (conversations, options): Generator<ArchiveFile, void, void> {
      const nameFor = fileNames('.html')
      const listed: Listed[] = []
      for (const conversation of conversations) {
        const { title, createdAt, links } = conversation
        const day = isoTime(createdAt).slice(0, 10)
        const path = nameFor(`${day.slice(0, 4)}/`, conversation, `${day} `)
        listed.push({ path, title, day, messages: links.length })
        yield { path, content: pageOf(conversation, options) }
      }
      yield { path: 'index.html', content: indexOf(listed) }
    }
  }
}

function * pageOf (conversation: StoredConversation, options: ExportOptions): Generator<string, void, void> {
  const { title, createdAt, updatedAt, tags, origin, links } = conversation
  const facts = [
    `${time(createdAt)} to ${time(updatedAt)}`,
    ...(origin ? [escapeHtml(`from ${origin.source}`)] : []),
    ...tags.map((tag) => `<span class="tag">${escapeHtml(tag)}</span>`)
  ]
  yield documentStart(title)
  yield `<header><h1 dir="auto">${escapeHtml(title)}</h1><p>${facts.join(' · ')}</p></header>\n`
  for (const [place, { after, messages }] of branchesOf(links, options.branches).entries()) {
    if (place > 0) yield `<p class="branch">Another branch${after < 0 ? '' : `, after <a href="#m${after}">this message</a>`}</p>\n`
    for (const index of messages) yield messageHtml(conversation, index)
  }
  yield documentEnd
}

function messageHtml ({ message }: StoredConversation, index: number): string {
  const { createdAt, json } = message(index)
  const body = bodyOf({ json })
  const who = body.isCreatedByUser ? 'User' : body.model ?? body.sender
  const parts = writtenParts(body).map((part, place) => partHtml(part, `m${index}-${place}`))
  return `<article class="${body.isCreatedByUser ? 'user' : 'assistant'}" id="m${index}"><h2>${escapeHtml(who)} ${time(createdAt)}</h2>\n${parts.join('')}</article>\n`
}

function partHtml (part: WrittenPart, id: string): string {
  switch (part.kind) {
    case 'text': return `<div class="prose">${renderer.render(part.text, id)}</div>\n`
    case 'reasoning': return folded('Reasoning', `<div class="prose">${renderer.render(part.text, id)}</div>`)
    case 'error': return `<p class="error" dir="auto">${escapeHtml(part.text)}</p>\n`
    case 'file': return `<p class="file">${escapeHtml(`[${part.type}${part.name === '' ? '' : `: ${part.name}`}]`)}</p>\n`
    case 'tool': {
      const output = part.output === null ? '' : `<pre dir="auto">${escapeHtml(part.output)}</pre>`
      return folded(`Tool: ${part.name}`, `<pre dir="auto">${escapeHtml(part.input)}</pre>${output}`)
    }
  }
}

function folded (title: string, html: string): string {
  return `<details><summary>${escapeHtml(title)}</summary>${html}</details>\n`
}

function time (at: number): string {
  const iso = isoTime(at)
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`
}

function * indexOf (listed: Listed[]): Generator<string, void, void> {
  yield documentStart('Conversations')
  yield `<header><h1>Conversations</h1><p>${listed.length}</p></header>\n<ul class="index">\n`
  for (const { path, title, day, messages } of listed) {
    const href = path.split('/').map(encodeURIComponent).join('/')
    yield `<li><time>${day}</time> <a dir="auto" href="${escapeHtml(href)}">${escapeHtml(title)}</a> <span>${messages}</span></li>\n`
  }
  yield `</ul>\n${documentEnd}`
}
