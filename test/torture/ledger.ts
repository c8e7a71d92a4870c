import { randomUUID } from 'node:crypto'
import type { Answer, Client } from './client.js'

/** A conversation as the server must show it: its last title, and each message with its text. Null: it is not there. */
export type State = { title: string | null, messages: ReadonlyMap<string, string> } | null

/**
 * One conversation, with the states that it may be in. There are two after a request whose outcome is not known: without
 * it and with it. Such a conversation is written to no more.
 */
export interface Written { readonly id: string, states: readonly State[] }

/** What the writers of one account were told is saved. */
export interface Ledger {
  conversations: Written[]
  acknowledged: number
  refused: number
  unanswered: number
}

interface Request { method: string, path: string, body?: object, apply: (state: State) => State }

const empty: State = { title: null, messages: new Map() }

export function newLedger (): Ledger {
  return { conversations: [], acknowledged: 0, refused: 0, unanswered: 0 }
}

/**
 * Writes something at random: saves, edits and deletes messages, renames, copies and deletes conversations. Returns false
 * when the connection ended.
 * @throws when the answer is none that a sound server gives.
 */
export async function writeSomething (client: Client, ledger: Ledger, own: Written[], next: () => number, text: () => string): Promise<boolean> {
  const open = own.filter(({ states }) => states.length === 1 && states[0] !== null)
  const known = open[Math.floor(next() * open.length)]
  const conversation = known === undefined || next() < 0.05 ? begin(ledger, own) : known
  if (known !== undefined && next() < 0.04) return copy(client, ledger, own, known)
  return send(client, ledger, conversation, requestFor(conversation, next, text()))
}

function begin (ledger: Ledger, own: Written[]): Written {
  const conversation: Written = { id: randomUUID(), states: [null] }
  ledger.conversations.push(conversation)
  own.push(conversation)
  return conversation
}

function requestFor ({ id, states: [state] }: Written, next: () => number, text: string): Request {
  const messages = [...state?.messages.keys() ?? []]
  const messageId = messages[Math.floor(next() * messages.length)]
  const kind = next()
  if (state && messageId !== undefined) {
    if (kind < 0.1) {
      return { method: 'PUT', path: `/api/messages/${id}/${messageId}`, body: { text }, apply: withMessage(messageId, text) }
    }
    if (kind < 0.2) {
      const title = text.slice(0, 40).trim()
      return { method: 'POST', path: '/api/convos/update', body: { conversationId: id, title }, apply: withTitle(title) }
    }
    if (kind < 0.25) return { method: 'DELETE', path: `/api/messages/${id}/${messageId}`, apply: withoutMessage(messageId) }
    if (kind < 0.3) return { method: 'DELETE', path: '/api/convos', body: { conversationId: id }, apply: () => null }
  }
  const added = randomUUID()
  return { method: 'POST', path: `/api/messages/${id}`, body: { messageId: added, text, isCreatedByUser: true }, apply: withMessage(added, text) }
}

const withMessage = (id: string, text: string) => (state: State): State =>
  ({ title: state?.title ?? null, messages: new Map([...state?.messages ?? [], [id, text]]) })

const withTitle = (title: string) => (state: State): State => ({ ...state ?? empty, title })

const withoutMessage = (id: string) => (state: State): State =>
  ({ title: state?.title ?? null, messages: new Map([...state?.messages ?? []].filter(([other]) => other !== id)) })

async function send (client: Client, ledger: Ledger, conversation: Written, { method, path, body, apply }: Request): Promise<boolean> {
  const [before = null] = conversation.states
  const outcome = outcomeOf(await attempt(() => client.send(method, path, body)), `${method} ${path}`)
  ledger[outcome]++
  if (outcome === 'acknowledged') conversation.states = [apply(before)]
  if (outcome === 'unanswered') conversation.states = [before, apply(before)]
  return outcome !== 'unanswered'
}

/** Copies a conversation, which is written to no more: so any copy of it has as many messages as it has. */
async function copy (client: Client, ledger: Ledger, own: Written[], source: Written): Promise<boolean> {
  own.splice(own.indexOf(source), 1)
  const answer = await attempt(() => client.send('POST', '/api/convos/duplicate', { conversationId: source.id }))
  const outcome = outcomeOf(answer, 'POST /api/convos/duplicate')
  ledger[outcome]++
  if (outcome === 'acknowledged') {
    const { conversation, messages } = answer?.body as { conversation: { conversationId: string, title: string }, messages: ShownMessage[] }
    ledger.conversations.push({ id: conversation.conversationId, states: [{ title: conversation.title, messages: textsOf(messages) }] })
  }
  return outcome !== 'unanswered'
}

interface ShownMessage { messageId: string, text: string }

function textsOf (messages: ShownMessage[]) {
  return new Map(messages.map(({ messageId, text }) => [messageId, text]))
}

async function attempt (request: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await request()
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** What became of a request, as far as its answer tells. @throws on a status that a failing disk does not explain. */
function outcomeOf (answer: Answer | null, what: string): 'acknowledged' | 'refused' | 'unanswered' {
  if (answer === null || answer.code === 'OUTCOME_UNKNOWN') return 'unanswered'
  if (answer.status < 300) return 'acknowledged'
  if (answer.status === 503 || answer.status === 507) return 'refused'
  throw new Error(`${what} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`)
}

/** Compares conversations with what the server shows. @throws with the first differences. */
export async function verify (client: Client, conversations: readonly Written[]) {
  const faults: string[] = []
  for (const conversation of conversations) {
    const shown = await shownState(client, conversation.id)
    const state = conversation.states.find((state) => isSame(state, shown))
    if (state === undefined) faults.push(`${conversation.id} is ${describe(shown)} instead of ${conversation.states.map(describe).join(' or ')}`)
    // The outcome is known now.
    else conversation.states = [state]
  }
  if (faults.length > 0) throw new Error(`${faults.length} of ${conversations.length} conversations differ: ${faults.slice(0, 3).join('; ')}`)
}

async function shownState (client: Client, id: string): Promise<State> {
  const conversation = await client.send('GET', `/api/convos/${id}`)
  if (conversation.status === 404) return null
  const messages = await client.send('GET', `/api/messages/${id}`)
  if (conversation.status !== 200 || messages.status !== 200) {
    throw new Error(`Reading ${id} was answered with ${conversation.status} and ${messages.status}: ${JSON.stringify(messages.body)}`)
  }
  const { title } = conversation.body as { title: string }
  return { title, messages: textsOf(messages.body as ShownMessage[]) }
}

/** Whether the server shows a conversation as it must be. A title that nobody gave is not compared. */
function isSame (expected: State, shown: State): boolean {
  if (expected === null || shown === null) return expected === shown
  if (expected.title !== null && expected.title !== shown.title) return false
  return expected.messages.size === shown.messages.size && [...expected.messages].every(([id, text]) => shown.messages.get(id) === text)
}

function describe (state: State): string {
  return state === null ? 'not there' : `"${state.title ?? ''}" with ${state.messages.size} messages (${[...state.messages.values()].join('').length} characters)`
}
