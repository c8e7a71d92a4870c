import { batch, computed, signal } from '@preact/signals'
import { api, result } from '../api/client.js'
import { asFailure, type Failure, isAbort } from '../api/failure.js'
import type { Conversation, Message } from '../api/types.js'
import { address, conversationPath, go, screen, searched, targetMessage } from './address.js'
import { branchThrough, buildTree, siblingsOf } from './tree.js'

/*
 * The conversation that is open: its messages as a tree, and the branch the address names.
 */

/** The conversation without its messages; null while it is not there. */
export const openConversation = signal<Conversation | null>(null)
const messages = signal<Message[]>([])
/** How far reading it has come. */
export const readerStatus = signal<'loading' | 'ready' | 'failed'>('loading')
/** Why it could not be read. */
export const readerFailure = signal<Failure | null>(null)
/** The message somebody is at, by keyboard or by scrolling. */
export const currentMessage = signal<string | null>(null)

/** All messages, of every branch. */
export const tree = computed(() => buildTree(messages.value))

/** The messages that are shown, the first one first. A message the address points at is always among them. */
export const branch = computed(() => {
  const leaf = address.value.searchParams.get('leaf')
  const target = targetMessage.value
  const shown = branchThrough(tree.value, leaf)
  const isHidden = target !== null && tree.value.byId.has(target) && !shown.some(({ messageId }) => messageId === target)
  return isHidden ? branchThrough(tree.value, target) : shown
})

let reading = new AbortController()

/** Reads a conversation and its messages. */
export async function openReader (id: string) {
  reading.abort()
  reading = new AbortController()
  const { signal } = reading
  batch(() => {
    openConversation.value = null
    messages.value = []
    readerStatus.value = 'loading'
    currentMessage.value = null
  })
  try {
    const params = { path: { conversationId: id } }
    const [conversation, all] = await Promise.all([
      result(api.GET('/api/convos/{conversationId}', { params, signal })),
      result(api.GET('/api/messages/{conversationId}', { params, signal }))
    ])
    batch(() => {
      openConversation.value = conversation
      messages.value = all
      readerFailure.value = null
      readerStatus.value = 'ready'
    })
  } catch (error) {
    if (isAbort(error)) return
    readerFailure.value = asFailure(error)
    readerStatus.value = 'failed'
  }
}

/** Shows a change of the open conversation. */
export function showConversationChange (changes: Partial<Conversation>) {
  if (openConversation.value) openConversation.value = { ...openConversation.value, ...changes }
}

/** Goes to a message, and to its branch if it is on another one. */
export function goToMessage (messageId: string, { replace = false } = {}) {
  const isShown = branch.value.some((message) => message.messageId === messageId)
  const leaf = isShown ? address.value.searchParams.get('leaf') : tree.value.leafBelow.get(messageId)?.messageId ?? null
  go(conversationPath(openId(), { leaf, message: messageId, query: searched.value }), { replace })
}

/** Shows the sibling `step` places further, with the newest messages below it, and returns its id. */
export function goToSibling (message: Message, step: number): string | null {
  const siblings = siblingsOf(tree.value, message)
  const sibling = siblings[siblings.findIndex(({ messageId }) => messageId === message.messageId) + step]
  if (!sibling) return null
  const leaf = tree.value.leafBelow.get(sibling.messageId)?.messageId ?? sibling.messageId
  go(conversationPath(openId(), { leaf, query: searched.value }), { replace: true })
  currentMessage.value = sibling.messageId
  return sibling.messageId
}

/** The permanent address of a message. */
export function messageLink (messageId: string): string {
  return new URL(conversationPath(openId(), { message: messageId }), location.origin).href
}

/** Saves a new text of a message, or of one part of its content. */
export async function editMessage (message: Message, text: string, index: number | null) {
  const changed = await result(api.PUT('/api/messages/{conversationId}/{messageId}', {
    params: { path: message }, body: { text, ...(index !== null && { index }) }
  }))
  messages.value = messages.value.map((other) => other.messageId === message.messageId ? changed : other)
}

/** Deletes a message; what answers it moves up. */
export async function deleteMessage (message: Message) {
  await result(api.DELETE('/api/messages/{conversationId}/{messageId}', { params: { path: message } }))
  messages.value = messages.value
    .filter(({ messageId }) => messageId !== message.messageId)
    .map((other) => other.parentMessageId === message.messageId ? { ...other, parentMessageId: message.parentMessageId } : other)
}

/** Rates a message, or takes the rating back. */
export async function rateMessage (message: Message, rating: 'thumbsUp' | 'thumbsDown' | null) {
  const { feedback } = await result(api.PUT('/api/messages/{conversationId}/{messageId}/feedback', {
    params: { path: message }, body: { feedback: rating && { rating } }
  }))
  messages.value = messages.value.map((other) => {
    if (other.messageId !== message.messageId) return other
    const { feedback: _before, ...rest } = other
    return feedback ? { ...rest, feedback } : rest
  })
}

/** Copies what leads to a message into a conversation of its own, and opens that. */
export async function forkAt ({ conversationId, messageId }: Message) {
  const { conversation } = await result(api.POST('/api/convos/fork', { body: { conversationId, messageId, option: 'directPath' } }))
  go(conversationPath(conversation.conversationId))
}

function openId (): string {
  return screen.value.name === 'conversation' ? screen.value.id : ''
}
