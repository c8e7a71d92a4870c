/*
 * Row numbers that carry their owner. The key of a conversation holds the number of its user and its own number within
 * that user. The key of a message holds the key of its conversation and its own number within that conversation. So the
 * conversations of a user, and the messages of a conversation, are each one range of rowids.
 *
 * A message key needs 63 bits and a JavaScript number has 53, so message keys are computed inside SQL only.
 */

const CONVERSATION_BITS = 25
export const MESSAGE_BITS = 18

/** Conversations one account can ever have had. */
export const MAX_CONVERSATIONS = 2 ** CONVERSATION_BITS - 1
/** Messages one conversation can ever have had. */
export const MAX_MESSAGES = 2 ** MESSAGE_BITS - 1
/** Accounts one database can ever have had. */
export const MAX_USERS = 2 ** (63 - CONVERSATION_BITS - MESSAGE_BITS) - 1

/** The key of a user's `number`-th conversation. It is exact, because 45 bits fit a JavaScript number. */
export function conversationKey (userNo: number, number: number) {
  return userNo * 2 ** CONVERSATION_BITS + number
}

/** The user a conversation key belongs to. */
export function userOfKey (conversationPk: number) {
  return Math.floor(conversationPk / 2 ** CONVERSATION_BITS)
}

/** Smallest and largest conversation key of one user, for range conditions. */
export function conversationKeys (userNo: number): [first: number, last: number] {
  return [conversationKey(userNo, 0), conversationKey(userNo, MAX_CONVERSATIONS)]
}

/*
 * SQL text for message keys. Each argument is an SQL expression: a column or a parameter. Keys are made with bit operators,
 * not with `+`. better-sqlite3 binds numbers as REAL, and a sum with a REAL is a REAL, which is not exact past 2^53.
 */

/** The key of message `n` in the conversation with key `pk`. */
export function messageKey (pk: string, n: string) {
  return `(${pk} << ${MESSAGE_BITS} | ${n})`
}

/** `BETWEEN …` for the keys of all messages of a conversation, or of those from conversation `pk` to conversation `last`. */
export function messagesOf (pk: string, last = pk) {
  return `BETWEEN ${messageKey(pk, '0')} AND ${messageKey(last, `${MAX_MESSAGES}`)}`
}

/** `BETWEEN …` for the keys of the messages of a conversation that are numbered higher than `n`. */
export function messagesAfter (pk: string, n: string) {
  return `BETWEEN ${messageKey(pk, n)} + 1 AND ${messageKey(pk, `${MAX_MESSAGES}`)}`
}

/** The number of a message within its conversation. */
export function numberOfMessage (key: string) {
  return `(${key} & ${MAX_MESSAGES})`
}

/** The key of a message's conversation. */
export function conversationOfMessage (key: string) {
  return `(${key} >> ${MESSAGE_BITS})`
}

/** The number of a message's user. */
export function userOfMessage (key: string) {
  return `(${key} >> ${CONVERSATION_BITS + MESSAGE_BITS})`
}
