import { EntryError, type JsonObject, type JsonValue, type MessageBody } from './draft.js'
import { isObject } from './json-value.js'
import { maxMessageBytes } from './message-body.js'
import { repairObject } from './text.js'

const isText = (value: JsonValue) => typeof value === 'string'
const isFlag = (value: JsonValue) => typeof value === 'boolean'
const isList = (value: JsonValue) => Array.isArray(value) && value.every(isObject)
const isPart = (value: JsonValue) => isObject(value) && typeof value.type === 'string'

/** The fields of a stored message that are neither ids, links nor times, each with what it may hold. */
const fields: Record<string, (value: JsonValue) => boolean> = {
  sender: isText,
  text: isText,
  isCreatedByUser: isFlag,
  content: (value) => Array.isArray(value) && value.every(isPart),
  endpoint: isText,
  model: (value) => value === null || isText(value),
  unfinished: isFlag,
  error: isFlag,
  finish_reason: isText,
  tokenCount: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  feedback: (value) => isObject(value) && (value.rating === 'thumbsUp' || value.rating === 'thumbsDown'),
  files: isList,
  attachments: isList,
  metadata: isObject,
  iconURL: isText,
  thread_id: isText
}

/**
 * The body of a message as Parley exported it: the fields in their order, without those that do not fit. What readers rely on
 * and is not there comes last.
 * @throws {EntryError} for a message of more than 16 MiB of text, or as much other data, or nested too deeply.
 */
export function keptBody (given: JsonObject): MessageBody {
  const fitting = Object.entries(given).filter(([name, value]) => value !== undefined && Object.hasOwn(fields, name) && fields[name]?.(value))
  const body = repairObject(Object.fromEntries(fitting))
  const isCreatedByUser = body.isCreatedByUser === true
  const needed = { sender: isCreatedByUser ? 'User' : 'Assistant', isCreatedByUser, text: '', unfinished: false, error: false }
  const complete = { ...body, ...Object.fromEntries(Object.entries(needed).filter(([name]) => !Object.hasOwn(body, name))) }
  if (!isBody(complete)) throw new EntryError('A message has fields that Parley cannot read')
  const { text, ...others } = complete
  if (Buffer.byteLength(text) > maxMessageBytes || Buffer.byteLength(JSON.stringify(others)) > maxMessageBytes) {
    throw new EntryError('A message is larger than 16 MiB')
  }
  return complete
}

/** The other members were checked one by one. */
function isBody (body: object): body is MessageBody {
  return 'sender' in body && 'text' in body && 'isCreatedByUser' in body && 'unfinished' in body && 'error' in body
}
