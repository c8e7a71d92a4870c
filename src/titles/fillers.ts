/*
 * Sentences that say little about a conversation. Case is ignored. The patterns match a sentence without its greeting.
 */

const anyOf = (patterns: readonly string[]) => new RegExp(`^(?:${patterns.join('|')})`, 'iu')

/** Greetings, thanks, politeness and names of people. They are never a title. */
const EMPTY = anyOf([
  '(?:hi+|hello|hey+|hallo|bonjour|hola|ciao|привет|你好|こんにちは|안녕하세요|thanks|thank you|thx|ok(?:ay)?|yes|no|cool|great|danke|merci|gracias|спасибо|谢谢|謝謝)' +
    '(?:,? (?:there|again|all|everyone|so much|a lot|very much|in advance|you|thanks|thank you))*[\\s.,!?。！？]*$',
  'thank(?:s| you)(?: (?:so|very) much)? for (?:your|all your|the|all the) (?:\\p{L}+ )?(?:help|answer|reply|time|support)s?(?: (?:yesterday|today|earlier|again|before|so far|last \\p{L}+))?[\\s.!]*$',
  '(?:i )?(?:really )?hope (?:you|this|that|all|everything)\\b.{0,60}$',
  'how are (?:you|things)\\b.{0,40}$|i trust you\\b.{0,60}$|nice to (?:meet|see) you\\b.{0,30}$',
  'ich hoffe,? (?:dir|ihnen|es|du|sie)\\b.{0,60}$|wie geht(?:[\'’]s| es)\\b.{0,30}$',
  'j[\'’]espère que (?:tu|vous|tout)\\b.{0,60}$|comment (?:ça va|allez-vous|vas-tu)\\b.{0,20}$',
  'espero que (?:est|se encuentr|tudo|você|todo)\\p{L}*\\b.{0,60}$|(?:cómo|como) (?:estás?|está usted|vai)\\b.{0,20}$',
  '(?:my name is|my name[\'’]s|i am called|mein name ist|ich heiße|je m[\'’]appelle|me llamo|mi nombre es|meu nome é|mi chiamo|nazywam się|меня зовут|benim adım)\\s',
  '我(?:的名字)?叫|我的名字是|私の名前は|제 이름은'
])

/** Roles, announcements and introductions. They are a title only when nothing else is said. */
const WEAK = anyOf([
  'you(?:[\'’]re| are)(?: now)? (?:a|an|the|my|going to)\\s|(?:act|behave|pretend|respond) (?:as|like|to be)\\s|your (?:task|role|job) is to (?:be|act)\\s',
  'du bist (?:ein|eine|der|die)\\s|sie sind (?:ein|eine)\\s|tu es (?:un|une)\\s|vous êtes (?:un|une)\\s|(?:eres|actúa como) (?:un|una)\\s|você é (?:um|uma)\\s|sei (?:un|una)\\s|ты\\s[—–-]\\s|представь, что ты',
  '[你您](?:现在)?是(?:一)?[个個位名]|あなたは.{1,40}です|당신은 .{1,40}입니다',
  '(?:i have|i[\'’]ve got|i got|there is|there[\'’]s|i am having|i[\'’]m having) (?:a|an|another|some|one)(?: \\p{L}+)? (?:problem|issue|question|bug|error|doubt|request|task)s?\\b',
  'ich habe (?:ein|eine|mal eine) (?:problem|frage|fehler)\\b|j[\'’]ai (?:un|une) (?:problème|question|erreur)|tengo (?:un|una) (?:problema|pregunta|duda|error)|tenho (?:um|uma) (?:problema|pergunta|dúvida)|ho (?:un|una) (?:problema|domanda)|у меня (?:есть )?(?:проблема|вопрос)|我有(?:一)?个问题|質問があります',
  '(?:here(?:[\'’]s| is| are)|below (?:is|are)|this is|these are) (?:my|the|a|an|some) (?:\\p{L}+ )?(?:code|text|data|error|file|log|logs|output|message|e-?mail|question|table|list|story|document|essay)s?\\b.{0,30}$',
  '(?:quick|simple|short|stupid|dumb|another|one more)? ?question[.:!]?$'
])

/** A role before the task, as in "As an experienced travel agent, …" and "Act as a chef and …". */
const ROLE_CLAUSE = /^(?:as (?:a|an|my|the|someone) [^,.:;!?]{2,120}[,:]|(?:act|behave) (?:as|like) (?:a|an|my|the) [^,.:;!?]{2,80}?(?:,(?: and)?| and)|(?:you are|you[’']re) (?:a|an|my|the) [^,.:;!?]{2,80}, (?:and|so|now))\s+(?=\S)/iu

/** A mention of the assistant, a command of a chat program, and the options of an image generator. */
const ADDRESSES = /^(?:@[\w-]{1,30}[,:]?|\/[a-z]{2,20}(?:\s+prompt:)?)\s+(?=\S)/iu
const OPTIONS = /(?:\s--[a-z]{1,20}(?:\s[^\s-]\S{0,20})?){1,10}$/iu

/** Politeness between two commas. */
const ASIDE = /,\s*(?:please|bitte|s[’']il (?:te|vous) plaît|por favor|per favore|пожалуйста)\s*(?:,|$)/giu

/** Whether a sentence says nothing about the conversation. */
export function isEmpty (sentence: string): boolean {
  return EMPTY.test(sentence)
}

/** Whether a sentence introduces what follows. */
export function isWeak (sentence: string): boolean {
  return WEAK.test(sentence)
}

/** Returns a sentence without a role before its task, mentions, options and politeness in the middle. */
export function withoutAsides (sentence: string): string {
  return sentence.replace(ADDRESSES, '').replace(OPTIONS, '').replace(ASIDE, '').replace(ROLE_CLAUSE, '')
}
