import type { Conversation } from '../conversations/find.js'
import { UNTITLED } from '../conversations/title.js'
import { isEmpty, isWeak, withoutAsides } from './fillers.js'
import { type FirstExchange, MAX_EXCERPT_LENGTH } from './first-exchange.js'
import { onlyCode, withoutCode, withoutLogTimes, withoutMarkup, withoutUrls, withShortUrls } from './markup.js'
import { capitalized, withoutCourtesy } from './openings.js'
import { errorLine, isData, subjectLine, withoutStacks } from './pasted.js'
import { plainLine, unquoted } from './plain-line.js'
import { looksSecret } from './secrets.js'
import { sentences } from './sentences.js'
import { shorten, wordCount } from './shorten.js'

/** Longest local title in UTF-16 units. It has at most as many code points and graphemes. */
export const MAX_LOCAL_TITLE_LENGTH = 60

/** UTF-16 units of a sentence that are read. They hold courtesy phrases and the title. */
const MAX_SENTENCE_LENGTH = 2000

/** Sentences that are read in search of one that says something. */
const MAX_SENTENCES = 20

const MEANINGFUL = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

const HAS_WORDS = /[\p{L}\p{N}]/u

/** A model's reasoning in tags. */
const THOUGHTS = /<think(?:ing)?>[\s\S]{0,16384}?<\/think(?:ing)?>/gi

/** A statement about something else in the message. */
const POINTING = /(?<![\p{L}\p{N}])(?:this|that|these|those|it|here|following|below|dies\p{L}*|folgende\p{L}*|ceci|cette?|suivante?s?|est[aeo]|siguiente|isto|quest[oa]|это\p{L}*|следующ\p{L}*)(?![\p{L}\p{N}])|[这這此]|これ|この|이것|이 /iu

const ABOUT_ERROR = /error|exception|wrong|fail|bug|broken|crash|fehler|erreur|fallo|erro|ошибк|错误|報錯|报错|エラー|오류/iu

/** Words of a statement that says too little when it points elsewhere. */
const MAX_VAGUE_WORDS = 4

/**
 * Returns a title made by rules from the first exchange. It is the first sentence of the question that says something,
 * without greeting, markup, code and URLs. When that only points to an error, an e-mail, a URL or some code, the title
 * names it. A question without words takes the first sentence of its answer. Without words it is the endpoint and date of
 * the conversation. What looks like a secret is left out. The same exchange always has the same title, of 1 to
 * `MAX_LOCAL_TITLE_LENGTH` UTF-16 units.
 */
export function localTitle ({ question, answer }: FirstExchange, conversation: Pick<Conversation, 'endpoint' | 'createdAt'>): string {
  const text = question.slice(0, MAX_EXCERPT_LENGTH).replace(THOUGHTS, '')
  const isSaid = HAS_WORDS.test(text)
  const answered = isSaid ? null : bestStatement(proseOf(answer.slice(0, MAX_EXCERPT_LENGTH).replace(THOUGHTS, ''))).said
  return answered ?? questionTitle(text) ?? lastResort(conversation)
}

function questionTitle (text: string): string | null {
  const isEmail = isData(text.trimStart().split('\n', 1)[0] ?? '') && subjectLine(text) !== null
  const { said, weak, data } = isEmail ? nothing : bestStatement(proseOf(text))
  if (said !== null && !isVague(said)) return said
  return named(text, said) ?? said ?? weak ?? data ?? firstWords(withShortUrls(withoutLogTimes(withoutMarkup(text))))
}

function proseOf (text: string): string {
  return withoutUrls(withoutLogTimes(withoutMarkup(withoutCode(withoutStacks(text)))))
}

function isVague (statement: string): boolean {
  const words = wordCount(statement)
  return words < 3 || (POINTING.test(statement) && (words <= MAX_VAGUE_WORDS || ABOUT_ERROR.test(statement)))
}

/** Returns a title that names what a statement without a subject points to. Null when nothing is there. */
function named (text: string, statement: string | null): string | null {
  const error = statement === null || ABOUT_ERROR.test(statement) ? errorLine(withoutLogTimes(text)) : null
  if (error !== null) return asTitle(plainLine(error.slice(0, MAX_SENTENCE_LENGTH)))
  const subject = subjectLine(text)
  if (statement === null) return subject === null ? null : asTitle(plainLine(subject))
  const withAddress = bestStatement(withShortUrls(withoutMarkup(withoutCode(text)))).said
  if (subject === null && withAddress !== null && withAddress.length > statement.length) return withAddress
  const thing = subject ?? firstWords(onlyCode(text))
  return thing === null ? null : asTitle(`${statement.replace(/[\s.:?!]+$/u, '')}: ${plainLine(thing)}`)
}

/** The first sentences of a text that say something, that introduce something, and that are data. */
interface Statements { said: string | null, weak: string | null, data: string | null }

const nothing: Statements = { said: null, weak: null, data: null }

function bestStatement (text: string): Statements {
  const found = { ...nothing }
  let oneWord: string | null = null
  let seen = 0
  for (const sentence of sentences(text)) {
    const line = withoutAsides(plainLine(sentence.slice(0, MAX_SENTENCE_LENGTH)))
    const core = withoutCourtesy(line)
    const title = isEmpty(core) || isEmpty(line) ? null : asTitle(sentenceCase(withoutAsides(core)))
    if (isData(line)) found.data ??= asTitle(line)
    else if (title !== null && isWeak(core)) found.weak ??= title
    else if (title !== null && wordCount(title) > 1) return { ...found, said: title }
    else oneWord ??= title
    if (++seen === MAX_SENTENCES) break
  }
  return { ...found, said: found.weak === null && found.data === null ? oneWord : null }
}

/** Returns a sentence with a capital at its start, and without shouting. */
function sentenceCase (sentence: string): string {
  const isShouted = wordCount(sentence) > 3 && /\p{Lu}{3}/u.test(sentence) && !/\p{Ll}/u.test(sentence)
  return capitalized(isShouted ? sentence.toLowerCase() : sentence)
}

function firstWords (text: string): string | null {
  for (const line of text.split('\n', 100)) {
    const words = plainLine(line.slice(0, MAX_SENTENCE_LENGTH))
    const title = isEmpty(words) ? null : asTitle(words)
    if (title !== null) return title
  }
  return null
}

function asTitle (line: string): string | null {
  const title = unquoted(shorten(unquoted(line).replace(/^[\s\p{Pd}.。…,、，;；:：!！?？]+/u, ''), MAX_LOCAL_TITLE_LENGTH))
  return MEANINGFUL.test(title) && title !== UNTITLED && !looksSecret(line) ? title : null
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
