import { type ConversationDraft, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { readRoleConversation } from '../kit/role-conversation.js'
import { isRoleMessage } from '../kit/role-messages.js'
import { mediaMetadata, readPages, withPages } from '../kit/citations.js'
import { byTime } from '../kit/time-order.js'

const endpoint = 'Perplexity'

/** One question and its answer, whichever exporter wrote it. */
interface Exchange {
  id: string | null
  question: string
  answer: string
  model: string | null
  pages: JsonValue[]
  askedAt: JsonValue | undefined
  answeredAt: JsonValue | undefined
}

/**
 * Perplexity as third-party exporters write it: a thread with `metadata` and `conversations` (of `query` and `answer`), the
 * web client's `entries`, or a list of `threads` with messages by roles. Its own export is read by `read-official.ts`.
 *
 * Every question becomes a message, and every answer one below it, by time, one exchange below the other; either is
 * left out where it is blank. Pages an answer cites are listed below it under their numbers. Suggested questions are
 * no part of the chat.
 */
export const perplexity: ImportFormat = {
  name: 'perplexity',
  label: 'Perplexity',

  matches ({ metadata, conversations, entries, threads }) {
    const thread = objectOf(metadata)
    if ('thread_id' in thread || 'thread_title' in thread) {
      return Array.isArray(conversations) && (conversations.length === 0 || conversations.some((entry) => isObject(entry) && ('query' in entry || 'answer' in entry)))
    }
    return objectsOf(entries).some((entry) => 'query_str' in entry) ||
      objectsOf(threads).some(({ messages }) => Array.isArray(messages) && messages.some(isRoleMessage))
  },

  convert (element) {
    if (Array.isArray(element.threads)) return element.threads.map((thread) => customEndpoint(readRoleConversation(objectOf(thread))))
    return [Array.isArray(element.entries) ? readEntries(element) : readThread(element)]
  }
}

function readThread ({ metadata, conversations }: JsonObject): ConversationDraft {
  const thread = objectOf(metadata)
  const exchanges = byTime(objectsOf(conversations), ({ timestamp }) => timestamp).map((entry) => ({
    id: stringOf(entry.uuid),
    question: stringOf(entry.query) ?? '',
    answer: stringOf(entry.answer) ?? '',
    model: stringOf(entry.model),
    pages: Array.isArray(entry.sources) ? entry.sources : [],
    askedAt: entry.timestamp,
    answeredAt: entry.timestamp
  }))
  return conversation({
    sourceId: stringOf(thread.thread_id) ?? stringOf(thread.thread_url),
    title: stringOf(thread.thread_title),
    createdAt: thread.thread_created_at,
    updatedAt: thread.thread_updated_at
  }, exchanges)
}

function readEntries ({ entries, thread_metadata: metadata }: JsonObject): ConversationDraft {
  const thread = objectOf(metadata)
  const ordered = byTime(objectsOf(entries), (entry) => entry.entry_created_datetime ?? entry.updated_datetime)
  const first = objectOf(ordered[0])
  return conversation({
    sourceId: stringOf(first.context_uuid) ?? stringOf(first.thread_url_slug),
    title: stringOf(thread.title) ?? stringOf(first.thread_title),
    createdAt: thread.created_at,
    updatedAt: thread.updated_at
  }, ordered.map(readEntry))
}

function readEntry (entry: JsonObject): Exchange {
  const blocks = objectsOf(entry.blocks)
  return {
    id: stringOf(entry.uuid) ?? stringOf(entry.backend_uuid),
    question: stringOf(entry.query_str) ?? '',
    // The client stores an answer once for every way it shows it.
    answer: [...new Set(blocks.map(answerOf).filter((answer) => answer !== null))].join('\n\n'),
    model: stringOf(entry.display_model) ?? stringOf(entry.user_selected_model),
    pages: blocks.flatMap(({ web_result_block: results }) => objectsOf(objectOf(results).web_results)),
    askedAt: entry.entry_created_datetime,
    answeredAt: entry.entry_updated_datetime ?? entry.updated_datetime
  }
}

function answerOf ({ markdown_block: block }: JsonObject): string | null {
  const { answer, chunks } = objectOf(block)
  const streamed = Array.isArray(chunks) ? chunks.filter((chunk) => typeof chunk === 'string').join('') : ''
  return stringOf(answer) ?? stringOf(streamed)
}

type ThreadFacts = Pick<ConversationDraft, 'sourceId' | 'title' | 'createdAt' | 'updatedAt'>

function conversation (facts: ThreadFacts, exchanges: readonly Exchange[]): ConversationDraft {
  const messages = exchanges.flatMap((exchange, index) => readExchange(exchange, index))
  const model = exchanges.findLast(({ model }) => model !== null)?.model ?? null
  return customEndpoint({ ...facts, endpoint, model, messages })
}

function customEndpoint (draft: ConversationDraft): ConversationDraft {
  return { ...draft, endpoint, settings: { ...draft.settings, endpointType: 'custom' } }
}

function readExchange ({ id, question, answer, model, pages, askedAt, answeredAt }: Exchange, index: number): MessageDraft[] {
  const read = readPages(pages)
  const asked: MessageDraft = {
    key: `${index}?`,
    parent: `${index - 1}!`,
    keep: question !== '',
    sourceId: id === null ? null : `${id}?`,
    isCreatedByUser: true,
    text: question,
    createdAt: askedAt
  }
  const text = withPages(answer, read)
  return [asked, {
    key: `${index}!`,
    parent: asked.key,
    keep: text !== '',
    sourceId: id,
    isCreatedByUser: false,
    sender: endpoint,
    text,
    model,
    createdAt: answeredAt,
    metadata: mediaMetadata([], read)
  }]
}
