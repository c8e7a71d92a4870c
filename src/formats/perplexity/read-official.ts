import { type ConversationDraft, type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { isObject, objectsOf, stringOf } from '../kit/json-value.js'
import { parseTime } from '../kit/times.js'
import { byTime } from '../kit/time-order.js'

/**
 * Perplexity's own export (Settings, "Export my data"): `conversations` with `entries` of a `query` and its `answer`,
 * which is null where it failed. Questions and answers stand one below the other, oldest first.
 */
export const perplexityOfficial: ImportFormat = {
  name: 'perplexity-official',
  label: 'Perplexity (own export)',

  matches (element) {
    if (!Array.isArray(element.entries)) return false
    return typeof element.context_uuid === 'string' || ('context_title' in element && objectsOf(element.entries).some((entry) => 'query' in entry && 'answer' in entry))
  },

  convert (element) {
    const entries = byTime(objectsOf(element.entries).filter(isObject), ({ created_at: time }) => time)
    const conversation: ConversationDraft = {
      sourceId: stringOf(element.context_uuid),
      title: stringOf(element.context_title),
      endpoint: 'Perplexity',
      createdAt: element.created_at,
      settings: { endpointType: 'custom' },
      messages: entries.flatMap(readEntry)
    }
    return [conversation]
  }
}

function readEntry (entry: JsonObject, index: number): MessageDraft[] {
  const time = parseTime(entry.created_at)
  const id = stringOf(entry.uuid) ?? stringOf(entry.entry_uuid) ?? (time === null ? null : `${time} ${index}`)
  const answer = stringOf(entry.answer)
  const isFailed = answer === null && stringOf(entry.query) !== null
  return [
    {
      key: `${index} question`,
      parent: index === 0 ? null : `${index - 1} answer`,
      keep: stringOf(entry.query) !== null,
      sourceId: id === null ? null : `${id} question`,
      isCreatedByUser: true,
      text: stringOf(entry.query) ?? '',
      createdAt: entry.created_at
    },
    {
      key: `${index} answer`,
      parent: `${index} question`,
      keep: answer !== null || isFailed,
      sourceId: id === null ? null : `${id} answer`,
      isCreatedByUser: false,
      sender: 'Perplexity',
      text: answer ?? `The answer failed (${stringOf(entry.query_status) ?? 'no status'}).`,
      error: answer === null,
      createdAt: entry.created_at
    }
  ]
}
