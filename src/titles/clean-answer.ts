import { plainLine, unquoted } from './plain-line.js'
import { shorten } from './shorten.js'
import { withoutMarkup } from './markup.js'

/** Longest title from a model, in UTF-16 units. */
const MAX_TITLE_LENGTH = 100

/** UTF-16 units of an answer that are read. */
const MAX_ANSWER_LENGTH = 4000

/** A label that a model may put before its title. */
const LABEL = /^(?:title|titel|titre|título|titolo|tytuł|başlık|заголовок|название|标题|標題|タイトル|제목|العنوان)\s*[:：]\s*/iu

/** A model's reasoning in tags. Some models omit the opening tag. */
const THOUGHTS = /<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)|^[\s\S]*<\/think(?:ing)?>/gi

/** Returns a model's answer as a title of one line. Empty when the answer has no title. */
export function cleanAnswer (answer: string): string {
  const text = withoutMarkup(answer.replace(THOUGHTS, '').slice(0, MAX_ANSWER_LENGTH)).trim().replace(LABEL, '')
  const [paragraph = ''] = text.split(/\n\s*\n/)
  const line = unquoted(plainLine(paragraph).replace(/[\s.。．…]+$/u, '')).replace(LABEL, '')
  return shorten(unquoted(line).replace(/[\s.。．…]+$/u, ''), MAX_TITLE_LENGTH)
}
