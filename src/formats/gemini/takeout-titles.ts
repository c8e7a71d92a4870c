import { type JsonObject } from '../kit/draft.js'
import { objectsOf, stringOf } from '../kit/json-value.js'

const MAX_VERB_CHARACTERS = 60

/** How titles of prompts begin, in the languages they were seen in. */
const verbs = [
  /^(?:Prompted|Live Prompt|Asked|Branched|Answered)(?:\s+|$)/,
  /^(?:Prompt|Pokyn|Eingegebener Prompt|Has escrito|Hai chiesto|Prompt ingevoerd|Prompt enviado|Poslali ste poziv|Requête envoyée|送信したメッセージ)\s*[:：]\s*/,
  /^Pokyn\s+/
]
const noise = /^(?:Used\b|Selected preferred draft|Gave feedback|Added\b)/
/** What may be a verb of a language not known here: it ends with a colon, or with a no-break space before a word. */
const unknownVerb = /^([^:\u00a0]{1,60}?)(?:\s?[:：]\s*|\u00a0(?=[\p{L}\p{N}"“«]))/u

/** Whether a title tells of something that is no prompt; an answer to it makes it one all the same. */
export function isNoise (title: string): boolean {
  return noise.test(title)
}

/** The prompt of an activity that gives it apart from its title; null where it does not. */
export function ownPrompt (activity: JsonObject): string | null {
  return stringOf(activity.text) ?? detailOf(activity, 'Request')
}

/** A detail by its name. */
export function detailOf (activity: JsonObject, name: 'Request' | 'Response'): string | null {
  return stringOf(objectsOf(activity.details).find((detail) => detail.name === name)?.value)
}

/**
 * Reads prompts out of the activities of one file: what the title says behind its verb. In a language not known here
 * the verb is `titleVerb`, which pages tell, or what most of the other titles share. One activity of a JSON file keeps it.
 */
export function promptReader (activities: readonly JsonObject[]): (activity: JsonObject) => string {
  const shared = sharedVerb(activities.map(({ title }) => stringOf(title) ?? ''))
  return (activity) => {
    const title = stringOf(activity.title) ?? ''
    return ownPrompt(activity) ?? withoutVerb(title, stringOf(activity.titleVerb) ?? shared)
  }
}

function withoutVerb (title: string, shared: string | null): string {
  const known = verbs.find((verb) => verb.test(title))
  if (known !== undefined) return title.replace(known, '').trim()
  return shared !== null && title.startsWith(shared) ? title.slice(shared.length).trim() : title
}

function sharedVerb (titles: readonly string[]): string | null {
  const unknown = titles.filter((title) => !isNoise(title) && !verbs.some((verb) => verb.test(title)))
  const counts = new Map<string, number>()
  for (const title of unknown) {
    const [verb] = unknownVerb.exec(title.slice(0, MAX_VERB_CHARACTERS + 4)) ?? []
    if (verb !== undefined) counts.set(verb, (counts.get(verb) ?? 0) + 1)
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  return first !== undefined && first[1] > 1 && 2 * first[1] > unknown.length ? first[0] : null
}
