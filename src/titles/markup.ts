type Rule = readonly [pattern: RegExp, replacement: string]

/*
 * Quantifiers that could rescan the same text have an upper bound, so each pattern takes linear time.
 */

/** HTML tags that are removed. Other words in angle brackets stay, for example type parameters. */
const TAGS = 'a|abbr|b|blockquote|body|br|button|code|div|em|form|h[1-6]|head|hr|html|i|img|input|label|li|link|main|meta|nav|ol|option|' +
  'p|pre|script|section|select|small|span|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|u|ul'

/** Markdown and HTML, removed in this order. */
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

/** A URL. The group is host and path, without scheme, `www.`, query and fragment. */
const WEB_ADDRESS = /https?:\/\/(?:www\.)?([^\s?#<>"]{1,1000})[^\s<>"]{0,2000}/gi

/** Returns a text without Markdown and HTML markup. The content stays, including code. */
export function withoutMarkup (text: string): string {
  return MARKUP.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
}

/** Returns a text without its fenced code blocks, closed or not. */
export function withoutCode (text: string): string {
  return text.replace(FENCED_CODE, '\n')
}

/** Returns the text of the fenced code blocks of a text. */
export function onlyCode (text: string): string {
  return (text.match(FENCED_CODE) ?? []).join('\n').replace(/^[ \t]*(?:```|~~~).{0,200}$/gm, '')
}

/** Returns a text without URLs, and without brackets around them. */
export function withoutUrls (text: string): string {
  return text.replace(/[ \t]?[([<]?\bhttps?:\/\/[^\s<>()[\]"。，、）」]{1,3000}(?<![.,;:!?])[)\]>]?/gi, '')
}

/** Returns a text with each URL shortened to host and path. */
export function withShortUrls (text: string): string {
  return text.replace(WEB_ADDRESS, (url, place: string) => place.replace(/\/$/, ''))
}

/** Returns a text without timestamps at the start of its lines. */
export function withoutLogTimes (text: string): string {
  return text.replace(/^[ \t]*[[(]?\d{4}-\d\d-\d\d[T ,]{1,2}\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[ ]?[+-]\d\d:?\d\d)?[\])]?[ \t:|-]{0,5}/gm, '')
}
