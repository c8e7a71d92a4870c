import { stringify } from 'yaml'
import { isoTime } from '../../iso-time.js'
import { branchesOf } from '../kit/branches.js'
import type { ExportFormat, ExportOptions } from '../kit/export-format.js'
import { fileNames, safeName } from '../kit/file-name.js'
import { bodyOf, type StoredConversation } from '../kit/stored.js'
import { headline, messageText } from './message.js'
import { obsidianTag } from './tags.js'

/** The source of a conversation that was imported from nowhere. */
const OWN_SOURCE = 'parley'

/**
 * Markdown for Obsidian and every other reader: a note for each conversation, with front matter. Reasoning and tools are folded
 * callouts. What did not change is written the same again, so an exported vault can be updated in place.
 */
export const markdownExport: ExportFormat = {
  name: 'markdown',
  one: {
    kind: 'text',
    ending: '.md',
    mediaType: 'text/markdown; charset=utf-8',
    * write (conversations, options) {
      for (const conversation of conversations) yield * noteOf(conversation, options)
    }
  },
  many: {
    kind: 'zip',
    * write (conversations, options) {
      const nameFor = fileNames('.md')
      for (const conversation of conversations) {
        const day = isoTime(conversation.createdAt).slice(0, 10)
        const [year, month] = day.split('-')
        const folder = `${safeName(sourceOf(conversation))}/${year}/${month}/`
        yield { path: nameFor(folder, conversation, `${day} `), content: noteOf(conversation, options) }
      }
    }
  }
}

function sourceOf ({ origin }: StoredConversation): string {
  return origin?.source ?? OWN_SOURCE
}

function * noteOf (conversation: StoredConversation, options: ExportOptions): Generator<string, void, void> {
  const { title, links } = conversation
  const branches = branchesOf(links, options.branches)
  const numbers = new Map(branches.flatMap(({ messages }) => messages).map((index, place) => [index, place + 1]))
  yield `---\n${stringify(frontMatter(conversation, [...numbers.keys()], options), { lineWidth: 0 })}---\n\n# ${headline(title)}\n`
  for (const [place, { after, messages }] of branches.entries()) {
    if (place > 0) yield `\n---\n\n*Another branch${after < 0 ? '' : `, after message ${numbers.get(after)}`}:*\n`
    for (const index of messages) yield messageText(conversation.message(index), numbers.get(index) ?? 0)
  }
}

function frontMatter (conversation: StoredConversation, written: number[], { branches, address }: ExportOptions) {
  const { conversationId, title, createdAt, updatedAt, model, origin, tags, message } = conversation
  const models = new Set([model, ...written.map((index) => bodyOf(message(index)).model)].filter((name) => name !== null && name !== undefined))
  return {
    title,
    aliases: [title],
    created: isoTime(createdAt),
    updated: isoTime(updatedAt),
    source: sourceOf(conversation),
    ...(origin && { source_id: origin.sourceId }),
    conversation_id: conversationId,
    models: [...models],
    tags: [...new Set(tags.map(obsidianTag))].filter((tag) => tag !== ''),
    ...(address !== null && { url: `${address}/c/${encodeURIComponent(conversationId)}` }),
    branch: branches
  }
}
