type Rule = readonly [pattern: RegExp, replacement: string]

/*
 * Every quantifier that could run over the same text again and again has an upper bound, so that the time stays
 * linear whatever is pasted.
 */

/** The tags of HTML that are likely in a message; other words in angle brackets, such as type parameters, stay. */
const TAGS = 'a|abbr|b|blockquote|body|br|button|code|div|em|form|h[1-6]|head|hr|html|i|img|input|label|li|link|main|meta|nav|ol|option|' +
  'p|pre|script|section|select|small|span|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|u|ul'

/** Markdown and HTML, to be taken off in this order. */
const MARKUP: readonly Rule[] = [
  [/\r\n?/g, '\n'],
  [/^[ \t]*(?:```|~~~).{0,200}$/gm, ''],
  [/<!--[\s\S]{0,2000}?-->/g, ''],
  [new RegExp(`</?(?:${TAGS})(?:[\\s/][^<>]{0,500})?>`, 'gi'), ''],
  [/!?\[([^[\]\n]{0,300})\]\([^()\s]{0,1000}(?:[ \t]"[^"\n]{0,200}")?\)/g, '$1'],
  [/<(https?:\/\/[^\s<>]{1,1000})>/g, '$1'],
  [/^[ \t]*(?:>[ \t]?){1,9}/gm, ''],
  [/^[ \t]*#{1,6}[ \t]+/gm, ''],
  [/^[ \t]*(?:[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,3}[.)][ \t]+)/gm, ''],
  [/^[ \t]*(?:[-*_=][ \t]*){3,200}$/gm, ''],
  [/^[ \t]*\|[-:| \t]{0,500}\|[ \t]*$/gm, ''],
  [/^[ \t]*\||\|[ \t]*$/gm, ''],
  [/\*\*|~~/g, ''],
  [/(?<![\p{L}\p{N}_*])([*_]{1,2})(?=[^\s*_])([^*_\n]{1,100})(?<=\S)\1(?![\p{L}\p{N}_*])/gu, '$2'],
  [/`{1,3}([^`\n]{1,500})`{1,3}/g, '$1']
]

const FENCED_CODE = /^[ \t]*(```|~~~)[\s\S]*?(?:^[ \t]*\1|$(?![\s\S]))/gm

/** The web address without what comes before the name of its server, nor what comes after its path. */
const WEB_ADDRESS = /https?:\/\/(?:www\.)?([^\s?#<>"]{1,1000})[^\s<>"]{0,2000}/gi

/** A text without Markdown and HTML; what the marks are around stays, code too. */
export function withoutMarkup (text: string): string {
  return MARKUP.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
}

/** A text without its fenced code blocks, closed or not. */
export function withoutCode (text: string): string {
  return text.replace(FENCED_CODE, '\n')
}

/** A text without web addresses, and without the brackets they stood in. */
export function withoutUrls (text: string): string {
  return text.replace(/[ \t]?[([<]?\bhttps?:\/\/[^\s<>()[\]"。，、）」]{1,3000}(?<![.,;:!?])[)\]>]?/gi, '')
}

/** A text whose web addresses are short: server and path. */
export function withShortUrls (text: string): string {
  return text.replace(WEB_ADDRESS, (url, place: string) => place.replace(/\/$/, ''))
}

/** A text whose lines do not start with the time they were logged at. */
export function withoutLogTimes (text: string): string {
  return text.replace(/^[ \t]*[[(]?\d{4}-\d\d-\d\d[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[ ]?[+-]\d\d:?\d\d)?[\])]?[ \t:|-]{0,5}/gm, '')
}
