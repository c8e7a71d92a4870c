import { plainLine, unquoted } from './plain-line.js'
import { shorten } from './shorten.js'
import { withoutMarkup } from './markup.js'

/** Longest title a model may give, in UTF-16 units. */
const LENGTH = 100

/** Characters of an answer that are looked at; a title comes first. */
const READ = 4000

/** What a model may put before its title: the word for it. */
const LABEL = /^(?:title|titel|titre|título|titolo|tytuł|başlık|заголовок|название|标题|標題|タイトル|제목|العنوان)\s*[:：]\s*/iu

/** Models that think aloud do so in these, some without the opening one. */
const THOUGHTS = /<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)|^[\s\S]*<\/think(?:ing)?>/gi

/** What a model said, asked for a title, as a title; empty when it said nothing usable. */
export function cleanAnswer (answer: string): string {
  const text = withoutMarkup(answer.replace(THOUGHTS, '').slice(0, READ)).trim().replace(LABEL, '')
  const [paragraph = ''] = text.split(/\n\s*\n/)
  const line = unquoted(plainLine(paragraph).replace(/[\s.。．…]+$/u, '')).replace(LABEL, '')
  return shorten(unquoted(line).replace(/[\s.。．…]+$/u, ''), LENGTH)
}
