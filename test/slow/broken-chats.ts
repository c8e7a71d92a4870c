import fc, { type Arbitrary } from 'fast-check'
import { chatgptEntry } from '../chatgpt-export.js'
import { key, oddText, oddTime, oddValue } from '../src/imports/damage.js'

/** An entry of ChatGPT's `conversations.json` as it should be. */
export type Entry = ReturnType<typeof chatgptEntry>

/** What breaks an entry is made of. */
export interface Odds {
  text (): string
  time (): unknown
  value (): unknown
  key (): string
  /** A sound entry of the same file. */
  sound: Entry
}

/** A sound entry broken in one way, as JSON can write it. */
export type Damage = (entry: Entry, odds: Odds) => unknown

type Node = Entry['mapping'][string]

/** Odds drawn with these numbers, for a file with this sound entry in it. */
export function oddsOf (next: () => number, sound: Entry): Odds {
  return {
    text: () => pick(texts, next),
    time: () => pick(times, next),
    value: () => pick(values, next),
    key: () => pick(keys, next),
    sound
  }
}

/** One of these, by the next number. */
export function pick <T> (list: readonly T[], next: () => number): T {
  const [first] = list
  const picked = list[Math.floor(next() * list.length)] ?? first
  if (picked === undefined) throw new Error('There is nothing to pick from')
  return picked
}

const sample = <T>(kind: Arbitrary<T>, count: number) => fc.sample(kind, { numRuns: count, seed: 1 })
const [texts, times, values, keys] = [sample(oddText, 2000), sample(oddTime, 50), sample(oddValue, 50), sample(key, 50)]

/** Damage that leaves every text where it can be seen. */
export const readable: Record<string, Damage> = {
  'odd texts': (entry) => entry,
  'a cycle': (entry) => withNodes(entry, (_node, index, ids) => ({ parent: ids.at(index - 1), children: [ids[index + 1] ?? ids[0]] })),
  'own parents': (entry) => withNodes(entry, ({ id }) => ({ parent: id, children: [id] })),
  'missing parents': (entry) => withNodes(entry, () => ({ parent: 'gone', children: ['gone'] })),
  'no links': (entry) => withNodes(entry, () => ({ parent: undefined, children: undefined })),
  'odd links': (entry, { value }) => withNodes(entry, () => ({ parent: value(), children: value() })),
  'colliding links': (entry, { key }) => withNodes(entry, () => ({ parent: key(), children: [key(), key()] })),
  'odd node ids': (entry, { value }) => withNodes(entry, () => ({ id: value() })),
  'odd nodes': (entry, { value }) => ({ ...entry, mapping: { ...entry.mapping, odd: value(), nothing: null } }),
  'nodes in a list': (entry) => ({ ...entry, mapping: [null, ...Object.values(entry.mapping)] }),
  'nodes with one id': (entry) => ({ ...entry, mapping: Object.values(entry.mapping).map((node) => ({ ...node, id: 'same' })) }),
  'prototype keys': (entry) => ({ ...entry, mapping: Object.fromEntries(Object.values(entry.mapping).map((node, index) => [prototypeKeys[index], node])) }),
  'a prototype': (entry, { value }) => Object.fromEntries([...Object.entries(entry), ['__proto__', value()], ['constructor', value()]]),
  'one message id': (entry) => withMessages(entry, () => ({ id: 'same' })),
  'odd message ids': (entry, { value }) => withMessages(entry, () => ({ id: value() })),
  'odd authors': (entry, { value }) => withMessages(entry, () => ({ author: value() })),
  'odd metadata': (entry, { value }) => withMessages(entry, () => ({ metadata: value(), recipient: value(), status: value() })),
  'odd citations': (entry, { value }) => withMessages(entry, () => ({ metadata: { citations: [value()], content_references: value(), attachments: value() } })),
  'odd times': (entry, { time }) => ({ ...withMessages(entry, () => ({ create_time: time(), update_time: time() })), create_time: time(), update_time: time() }),
  'odd parts': (entry, { text, value }) => withMessages(entry, () => ({ content: { content_type: 'text', parts: [null, text(), value()] } })),
  'odd models': (entry, { value }) => ({ ...entry, default_model_slug: value(), is_archived: value(), is_starred: value(), current_node: value() }),
  'unknown content': (entry, { text }) => withMessages(entry, () => ({ content: { content_type: 'unheard_of', result: text() } })),
  'bare content': (entry, { text }) => withMessages(entry, () => ({ content: text() })),
  'an odd title': (entry, { value }) => ({ ...entry, title: value() }),
  'odd ids': (entry, { value }) => ({ ...entry, id: value(), conversation_id: value() }),
  'the id of another': (entry, { sound }) => ({ ...entry, id: sound.id, conversation_id: sound.id })
}

/** Damage that leaves nothing to read. */
export const unreadable: Record<string, Damage> = {
  null: () => null,
  'a number': () => 5,
  'a text': (_entry, { text }) => text(),
  'a flag': () => true,
  'a list': (entry) => [entry],
  'an empty object': () => ({}),
  'a prototype alone': () => JSON.parse('{"__proto__":{"mapping":{}}}'),
  'no mapping': (entry) => ({ ...entry, mapping: undefined }),
  'null for a mapping': (entry) => ({ ...entry, mapping: null }),
  'a text for a mapping': (entry, { text }) => ({ ...entry, mapping: text() }),
  'numbers for nodes': (entry) => ({ ...entry, mapping: { a: 1, b: 2 } }),
  'too many levels': (entry) => ({ ...entry, mapping: deep })
}

/** Damage that leaves nothing to see. */
export const empty: Record<string, Damage> = {
  'no nodes': (entry) => ({ ...entry, mapping: {} }),
  'an empty list of nodes': (entry) => ({ ...entry, mapping: [] }),
  'no messages': (entry) => withNodes(entry, () => ({ message: null })),
  'odd messages': (entry, { value }) => withNodes(entry, () => ({ message: [value()] })),
  'system messages': (entry) => withMessages(entry, () => ({ author: { role: 'system' } })),
  'no texts': (entry) => withMessages(entry, () => ({ content: { content_type: 'text', parts: ['', ' ', null] } })),
  'a copy': (_entry, { sound }) => sound
}

const prototypeKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

// More levels than an import takes apart.
const deep: unknown = JSON.parse('['.repeat(2100) + ']'.repeat(2100))

function withNodes (entry: Entry, change: (node: Node, index: number, ids: string[]) => object) {
  const nodes = Object.entries(entry.mapping)
  const ids = nodes.map(([id]) => id)
  return { ...entry, mapping: Object.fromEntries(nodes.map(([id, node], index) => [id, { ...node, ...change(node, index, ids) }])) }
}

function withMessages (entry: Entry, change: () => object) {
  return withNodes(entry, ({ message }) => message === null ? {} : { message: { ...message, ...change() } })
}
