import type { Conversation } from '../conversations/find.js'
import { UNTITLED } from '../conversations/title.js'
import { MAX_EXCERPT_LENGTH } from './first-exchange.js'
import { withoutCode, withoutLogTimes, withoutMarkup, withoutUrls, withShortUrls } from './markup.js'
import { withoutCourtesy } from './openings.js'
import { plainLine, unquoted } from './plain-line.js'
import { sentences } from './sentences.js'
import { shorten, wordCount } from './shorten.js'

/** Longest local title in UTF-16 units. It has at most as many code points and graphemes. */
export const MAX_LOCAL_TITLE_LENGTH = 60

/** UTF-16 units of a sentence that are read. They hold courtesy phrases and the title. */
const MAX_SENTENCE_LENGTH = 2000

/** Sentences that are read in search of one with more than one word. */
const MAX_SENTENCES = 20

const MEANINGFUL = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

/**
 * Returns a title made by rules from a user's first message. It is the first sentence without greeting, markup, code and
 * URLs. Without a sentence it is the first words. Without words it is the endpoint and date of the conversation. The
 * same message always has the same title, of 1 to `MAX_LOCAL_TITLE_LENGTH` UTF-16 units.
 */
export function localTitle (message: string, conversation: Pick<Conversation, 'endpoint' | 'createdAt'>): string {
  const text = message.slice(0, MAX_EXCERPT_LENGTH)
  const prose = withoutUrls(withoutLogTimes(withoutMarkup(withoutCode(text))))
  return firstStatement(prose) ?? firstWords(withShortUrls(withoutLogTimes(withoutMarkup(text)))) ?? lastResort(conversation)
}

/** Returns the first sentence with more than one word, or else the first with one word. Null without either. */
function firstStatement (text: string): string | null {
  let oneWord: string | null = null
  let seen = 0
  for (const sentence of sentences(text)) {
    const title = asTitle(withoutCourtesy(plainLine(sentence.slice(0, MAX_SENTENCE_LENGTH))))
    if (title !== null && wordCount(title) > 1) return title
    oneWord ??= title
    if (++seen === MAX_SENTENCES) break
  }
  return oneWord
}

function firstWords (text: string): string | null {
  for (const line of text.split('\n', 100)) {
    const title = asTitle(plainLine(line.slice(0, MAX_SENTENCE_LENGTH)))
    if (title !== null) return title
  }
  return null
}

function asTitle (line: string): string | null {
  const title = unquoted(shorten(unquoted(line).replace(/^[\s\p{Pd}.。…,、，;；:：!！?？]+/u, ''), MAX_LOCAL_TITLE_LENGTH))
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
  const name = shorten(plainLine(ENDPOINT_NAMES.get(endpoint ?? '') ?? endpoint ?? ''), MAX_LOCAL_TITLE_LENGTH - date.length - 1)
  return `${name || 'Conversation'} ${date}`
}
