import { type ImportFormat, type JsonObject, type MessageDraft } from '../kit/draft.js'
import { compact, objectOf, objectsOf, stringOf } from '../kit/json-value.js'

/**
 * The "AI Conversation History" of the Data Transfer Initiative: one conversation per file, a list of messages by
 * senders that `identifiers` describes. `AI` (or the service itself) is the assistant, anyone else a user.
 *
 * Every message with text becomes one message, in the order of the file, one below the other. The channel is kept in
 * the metadata.
 */
export const dti: ImportFormat = {
  name: 'dti',
  label: 'AI Conversation History (DTI)',

  matches ({ details, identifiers, messages }) {
    return stringOf(objectOf(details).createdBy) !== null && Array.isArray(identifiers) && Array.isArray(messages)
  },

  convert (element) {
    const details = objectOf(element.details)
    return [{
      sourceId: null,
      title: stringOf(details.title),
      endpoint: 'custom',
      createdAt: details.startTime ?? details.createdAt,
      updatedAt: details.endTime,
      messages: objectsOf(element.messages).map((message, index) => readMessage(message, index, stringOf(details.createdBy) ?? 'AI'))
    }]
  }
}

function readMessage (message: JsonObject, index: number, service: string): MessageDraft {
  const sender = stringOf(message.sender) ?? 'user'
  const text = stringOf(message.text) ?? ''
  const isAssistant = sender.toLowerCase() === 'ai' || sender === service
  return {
    key: String(index),
    parent: index === 0 ? null : String(index - 1),
    keep: text !== '',
    sourceId: null,
    isCreatedByUser: !isAssistant,
    sender: isAssistant ? service : sender,
    text,
    createdAt: message.sentAt,
    metadata: compact({ channel: stringOf(message.channel) })
  }
}
