import { Type } from '@sinclair/typebox'

/** Longest search, in UTF-16 code units. */
export const MAX_SEARCH_LENGTH = 200

/** The text of a search, as sent. */
export const SearchSchema = Type.String({
  maxLength: MAX_SEARCH_LENGTH,
  description: 'Words that must all be found, in any order, whatever their case and accents. The last word is also a beginning, from two ' +
    'letters on, unless a space follows. `"a phrase"` must be found as it stands, `begin*` stands for words of four letters or more, and ' +
    '`-word` excludes. Filters can be written as operators: `after:`, `before:`, `model:`, `source:`, `endpoint:`, `role:`, `tag:`, `-tag:`, ' +
    '`archived:`, `pinned:`, `in:title`, `has:`, `conversationId:`. Anything else is literal text. Blank means no search. At most 16 terms, ' +
    'and 64 words or characters of a script without spaces.'
})

/** Whether copies of a result are left out. */
export const CollapseSchema = Type.Optional(Type.Literal('copies', {
  description: '`copies`: of forks and duplicates that are copies of one another only the first result is shown, in the order of the results.'
}))

/** Whether all words must be found. */
export const MatchSchema = Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('any')], {
  description: '`all`: every word must be there. `any`: one is enough, and rare words count more than common ones. By default `all`.'
}))
