import type { Conditions } from '../../conversations/conditions.js'
import { DomainError } from '../../errors.js'
import { type Facet } from '../index/facets.js'

/** The filters of a search beside its words. An absent member does not filter. */
export interface SearchFilter extends Conditions {
  conversationId?: string
  /** What the words must be in: a title, or a message that has all of these. */
  facets?: Facet[]
}

/** A search without its operators, and their values. `isAnyArchived` is set by `archived:any`. */
export interface ReadOperators { words: string, filter: SearchFilter, isAnyArchived: boolean }

/**
 * `"phrase"`, `name:value` or `name:"value"` with an optional leading `-`, or a run without spaces. Typographic quotes also
 * count as quotes, because phones type them.
 */
const piece = /["“”„‟«»][^"“”„‟«»]*["“”„‟«»]|(?<minus>-?)(?<name>[a-z]+):(?:["“”„‟«»](?<quoted>[^"“”„‟«»]+)["“”„‟«»]|(?<value>[^\s"“”„‟«»]\S*))|\S+/giu

const roles: Record<string, Facet> = { user: 'user', assistant: 'assistant' }
const contents: Record<string, Facet> = { code: 'code', reasoning: 'reasoning', tool: 'tool', file: 'file' }

/**
 * Removes the operators from a search and returns both parts. An unknown name stays a word. If an operator takes one
 * value and is repeated, the last value is used.
 * @throws {DomainError} INVALID for a value that an operator does not take.
 */
export function readOperators (search: string): ReadOperators {
  const read: ReadOperators = { words: '', filter: {}, isAnyArchived: false }
  read.words = search.replace(piece, (text: string, ...rest: unknown[]) => {
    const { minus, name = '', quoted, value = '' } = rest.at(-1) as Record<string, string | undefined>
    return apply(read, `${minus ?? ''}${name.toLowerCase()}`, quoted ?? value) ? '' : text
  })
  return read
}

/** Returns false for a name that is not an operator. */
function apply (read: ReadOperators, name: string, value: string): boolean {
  const { filter } = read
  const isNone = value.toLowerCase() === 'none'
  switch (name) {
    case 'after': filter.after = readTime(value, 'search'); break
    case 'before': filter.before = readTime(value, 'search'); break
    case 'model': filter.model = value; break
    case 'source': filter.source = value; break
    case 'endpoint': filter.endpoint = value; break
    case 'conversationid': filter.conversationId = value; break
    case 'tag':
      if (isNone) filter.isUntagged = true
      else filter.allTags = [...filter.allTags ?? [], value]
      break
    case '-tag': filter.notTags = [...filter.notTags ?? [], value]; break
    case 'role': addFacet(filter, oneOf(name, value, roles)); break
    case 'has': addFacet(filter, oneOf(name, value, contents)); break
    case 'in': addFacet(filter, oneOf(name, value, { title: 'title' })); break
    case 'pinned': filter.pinned = oneOf(name, value, { true: true }); break
    case 'archived': {
      const isArchived = oneOf(name, value, { true: true, false: false, any: null })
      read.isAnyArchived = isArchived === null
      if (isArchived === null) delete filter.isArchived
      else filter.isArchived = isArchived
      break
    }
    default: return false
  }
  return true
}

function addFacet (filter: SearchFilter, facet: Facet) {
  filter.facets = [...new Set([...filter.facets ?? [], facet])]
}

function oneOf <T> (name: string, value: string, values: Record<string, T>): T {
  const key = value.toLowerCase()
  if (Object.hasOwn(values, key)) return values[key] as T
  throw new DomainError('INVALID', `${name}: takes ${Object.keys(values).join(', ')}`, 'search')
}

/** A year, a month, a day, or a moment in ISO 8601. */
const date = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/

/**
 * Reads a date as milliseconds since 1970. A year, month or day begins in UTC.
 * @throws {DomainError} INVALID with the name of the field.
 */
export function readTime (text: string, field: string): number {
  const time = date.test(text) && isInCalendar(text.slice(0, 10)) ? Date.parse(text) : NaN
  if (!Number.isNaN(time)) return time
  throw new DomainError('INVALID', `Not a date: ${text.slice(0, 40)}. Write 2026, 2026-01, 2026-01-31 or 2026-01-31T10:00:00Z`, field)
}

/** Whether a year, month or day exists. `Date.parse` reads February 30 as the second of March. */
function isInCalendar (day: string): boolean {
  const time = Date.parse(day)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}
