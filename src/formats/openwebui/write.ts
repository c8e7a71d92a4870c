import { branchesOf } from '../kit/branches.js'
import type { JsonObject } from '../kit/draft.js'
import type { ExportFormat } from '../kit/export-format.js'
import { bodyOf, type StoredConversation, type StoredFields } from '../kit/stored.js'
import { type WrittenPart, visibleText, writtenParts } from '../kit/written-parts.js'

/**
 * Open WebUI's export of chats: a list with the record of each chat, as its settings take it back under Data Controls. Times of
 * chats are whole seconds there. Reasoning and tools stand as `<details>` in an answer, as Open WebUI stores them.
 */
export const openWebUiExport: ExportFormat = {
  name: 'openwebui',
  many: {
    kind: 'text',
    ending: '.json',
    mediaType: 'application/json',
    * write (conversations) {
      let before = '['
      for (const conversation of conversations) {
        yield before
        yield * chatJson(conversation)
        before = ',\n'
      }
      yield before === '[' ? '[]\n' : ']\n'
    }
  }
}

function * chatJson (conversation: StoredConversation): Generator<string, void, void> {
  const { conversationId: id, title, model, tags, isArchived, pinned, settings, createdAt, updatedAt, links } = conversation
  const { promptPrefix, ...others } = settings
  const record = {
    id,
    title,
    created_at: seconds(createdAt),
    updated_at: seconds(updatedAt),
    archived: isArchived,
    pinned,
    meta: { tags },
    share_id: null,
    folder_id: null
  }
  const params: JsonObject = { ...others, ...(typeof promptPrefix === 'string' && { system: promptPrefix }) }
  const chat = { id, title, models: model === null ? [] : [model], params, tags, files: [], timestamp: createdAt }
  const [active] = branchesOf(links, 'active')
  const currentId = links[active?.messages.at(-1) ?? -1]?.messageId ?? null
  yield `${JSON.stringify(record).slice(0, -1)},"chat":${JSON.stringify(chat).slice(0, -1)},"history":{"currentId":${JSON.stringify(currentId)},"messages":{`
  const children = childIds(conversation)
  for (const [index, { messageId }] of links.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(messageId)}:${JSON.stringify(messageOf(conversation, index, children[index] ?? []))}`
  }
  yield '}}}}'
}

function childIds ({ links }: StoredConversation): string[][] {
  const children: string[][] = links.map(() => [])
  for (const { parent, messageId } of links) children[parent]?.push(messageId)
  return children
}

function messageOf (conversation: StoredConversation, index: number, childrenIds: string[]) {
  const { messageId: id, parentMessageId: parentId, createdAt, json } = conversation.message(index)
  const body = bodyOf({ json })
  const common = { id, parentId, childrenIds, timestamp: createdAt / 1000 }
  if (body.isCreatedByUser) return { ...common, role: 'user', content: visibleText(body), models: conversation.model === null ? [] : [conversation.model] }
  const parts = writtenParts(body)
  const error = parts.flatMap((part) => part.kind === 'error' ? [part.text] : []).join('\n\n')
  return {
    ...common,
    role: 'assistant',
    content: parts.map(contentOf).filter((text) => text !== '').join('\n'),
    modelName: body.sender,
    ...(body.model && { model: body.model }),
    done: !body.unfinished,
    ...((body.error || error !== '') && { error: { content: error } }),
    ...feedbackOf(body)
  }
}

function contentOf (part: WrittenPart): string {
  switch (part.kind) {
    case 'text': return part.text
    case 'reasoning': return `<details type="reasoning" done="true">\n<summary>Thought</summary>\n${escaped(part.text.replace(/^/gm, '> '))}\n</details>`
    case 'tool': {
      const { id, name, input, output } = part
      const attributes = { done: 'true', id: id ?? '', name, arguments: JSON.stringify(input), ...(output !== null && { result: JSON.stringify(output) }) }
      const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
      return `<details type="tool_calls"${written.join('')}>\n<summary>Tool Executed</summary>\n</details>`
    }
    case 'file': return `[${part.type}${part.name === '' ? '' : `: ${part.name}`}]`
    case 'error': return ''
  }
}

/** Escaped as Python's `html.escape` does, which Open WebUI uses. */
function escaped (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#x27;')
}

function feedbackOf ({ feedback }: StoredFields) {
  if (!feedback) return {}
  const { rating, tag, text } = feedback
  return { annotation: { rating: rating === 'thumbsUp' ? 1 : -1, ...(typeof tag === 'string' && { reason: tag }), ...(text !== undefined && { comment: text }) } }
}

function seconds (time: number): number {
  return Math.floor(time / 1000)
}
