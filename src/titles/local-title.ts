import type { Conversation } from '../conversations/find.js'
import { UNTITLED } from '../conversations/title.js'
import { EXCERPT } from './first-exchange.js'
import { withoutCode, withoutLogTimes, withoutMarkup, withoutUrls, withShortUrls } from './markup.js'
import { withoutCourtesy } from './openings.js'
import { plainLine, unquoted } from './plain-line.js'
import { sentences } from './sentences.js'
import { shorten, wordCount } from './shorten.js'

/** Longest title made here, in UTF-16 units, so in every other count of characters too. */
export const LOCAL_TITLE_LENGTH = 60

/** Characters of a sentence that are looked at: courtesy, and all that a title has room for. */
const SENTENCE_LENGTH = 2000

/** Sentences that are looked at before one is taken that is a single word. */
const REACH = 20

const MEANINGFUL = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

/**
 * A title from the first message of a user, by rules alone: what its first sentence says, without greeting,
 * markup, code and web addresses; else its first words, whatever they are; else endpoint and date of the
 * conversation. The same message always gives the same title, of 1 to `LOCAL_TITLE_LENGTH` characters.
 */
export function localTitle (message: string, conversation: Pick<Conversation, 'endpoint' | 'createdAt'>): string {
  const text = message.slice(0, EXCERPT)
  const prose = withoutUrls(withoutLogTimes(withoutMarkup(withoutCode(text))))
  return firstStatement(prose) ?? firstWords(withShortUrls(withoutLogTimes(withoutMarkup(text)))) ?? lastResort(conversation)
}

/** The first sentence of more than one word, or else the first that says anything. */
function firstStatement (text: string): string | null {
  let oneWord: string | null = null
  let seen = 0
  for (const sentence of sentences(text)) {
    const title = asTitle(withoutCourtesy(plainLine(sentence.slice(0, SENTENCE_LENGTH))))
    if (title !== null && wordCount(title) > 1) return title
    oneWord ??= title
    if (++seen === REACH) break
  }
  return oneWord
}

function firstWords (text: string): string | null {
  for (const line of text.split('\n', 100)) {
    const title = asTitle(plainLine(line.slice(0, SENTENCE_LENGTH)))
    if (title !== null) return title
  }
  return null
}

function asTitle (line: string): string | null {
  const title = unquoted(shorten(unquoted(line).replace(/^[\s\p{Pd}.。…,、，;；:：!！?？]+/u, ''), LOCAL_TITLE_LENGTH))
  return MEANINGFUL.test(title) && title !== UNTITLED ? title : null
}

const ENDPOINT_NAMES = new Map([
  ['openAI', 'OpenAI'],
  ['azureOpenAI', 'Azure OpenAI'],
  ['google', 'Google'],
  ['anthropic', 'Anthropic'],
  ['bedrock', 'AWS Bedrock'],
  ['agents', 'Agents']
])

function lastResort ({ endpoint, createdAt }: Pick<Conversation, 'endpoint' | 'createdAt'>) {
  const date = new Date(createdAt).toISOString().slice(0, 10)
  const name = shorten(plainLine(ENDPOINT_NAMES.get(endpoint ?? '') ?? endpoint ?? ''), LOCAL_TITLE_LENGTH - date.length - 1)
  return `${name || 'Conversation'} ${date}`
}
