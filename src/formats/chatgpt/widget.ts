import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectOf, stringOf } from '../kit/json-value.js'

const prefix = 'The latest state of the widget is:'

/** Whether a message of a tool holds the state of a widget, which is machinery but for a report in it. */
export function isWidgetState (message: JsonObject): boolean {
  return objectOf(message.author).role === 'tool' && statesOf(message).length > 0
}

/**
 * The report that an app for deep research wrote, as a message like any other; null for a message without one. It stands
 * as JSON in the widget's state, which is the text of the message, in its metadata, or both.
 */
export function widgetReport (message: JsonObject): JsonObject | null {
  return statesOf(message).map((state) => parsed(state).report_message).find(isObject) ?? null
}

function statesOf (message: JsonObject): JsonValue[] {
  const { parts, text } = objectOf(message.content)
  const texts = [...(Array.isArray(parts) ? parts : []), text].map((part) => stringOf(isObject(part) ? part.text : part)?.trimStart())
  const told = texts.filter((text) => text?.startsWith(prefix)).map((text) => text?.slice(prefix.length) ?? '')
  const sdk = objectOf(objectOf(message.metadata).chatgpt_sdk).widget_state
  return [...told, ...(sdk === undefined || sdk === null ? [] : [sdk])]
}

function parsed (state: JsonValue): JsonObject {
  if (typeof state !== 'string') return objectOf(state)
  try {
    return objectOf(JSON.parse(state))
  } catch {
    return {}
  }
}
