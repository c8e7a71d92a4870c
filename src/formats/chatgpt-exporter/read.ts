import { type ImportFormat, type JsonObject } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'

/**
 * The browser extension "ChatGPT Exporter" (chatgptexporter.com): `metadata`, and messages with `say`. Its times are those
 * of the browser, without a zone, so that only their day is right. Name and address of the user are not read.
 */
export const chatgptExporter: ImportFormat = {
  name: 'chatgpt-exporter',
  label: 'ChatGPT Exporter (extension)',

  matches ({ messages }) {
    return Array.isArray(messages) && messages.some((message) => isObject(message) && typeof message.say === 'string')
  },

  convert (element) {
    const metadata = objectOf(element.metadata)
    const dates = objectOf(metadata.dates)
    return [{
      sourceId: /\/c\/([\w-]{16,})/.exec(stringOf(metadata.link) ?? '')?.[1] ?? null,
      title: stringOf(metadata.title),
      endpoint: 'openAI',
      createdAt: dates.created,
      updatedAt: dates.updated,
      messages: objectsOf(element.messages).map((message: JsonObject, index) => ({
        key: String(index),
        parent: index === 0 ? null : String(index - 1),
        keep: stringOf(message.say) !== null,
        sourceId: null,
        isCreatedByUser: message.role === 'Prompt',
        text: stringOf(message.say) ?? '',
        createdAt: message.time
      }))
    }]
  }
}
