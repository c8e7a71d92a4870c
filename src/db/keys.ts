/**
 * Row numbers that carry their owner. A conversation's key holds its user's number and its own number within that
 * user; a message's key holds the conversation's key and the message's number within that conversation. So one
 * user's conversations, and one conversation's messages, are each one range of rowids in every table and index
 * that is keyed by them. Message keys need 63 bits and are only ever computed inside SQL.
 */
export const CONVERSATION_BITS = 25
export const MESSAGE_BITS = 18

/** Conversations one account can ever have had. */
export const MAX_CONVERSATIONS = 2 ** CONVERSATION_BITS - 1
/** Messages one conversation can ever have had. */
export const MAX_MESSAGES = 2 ** MESSAGE_BITS - 1
/** Accounts one database can ever have had. */
export const MAX_USERS = 2 ** (63 - CONVERSATION_BITS - MESSAGE_BITS) - 1

/** The key of a user's `number`-th conversation; exact, because 45 bits fit a JavaScript number. */
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
