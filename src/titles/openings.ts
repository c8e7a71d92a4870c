/*
 * Greetings and polite phrases, by language. Within a line longer phrases come first, because the first match is used.
 * Case is ignored. They match at the start or the end of a sentence.
 */

const GREETINGS = [
  // English, with the person greeted
  '(?:hi+|hello|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))' +
    '(?: (?:there|again|all|everyone|everybody|folks|guys|team|assistant|ai|chatgpt|chat gpt|gpt|claude|gemini|copilot))?',
  'dear (?:assistant|ai|chatgpt|claude|gemini)',
  'hallo(?: zusammen| chatgpt| claude)?|guten (?:tag|morgen|abend)|grüß (?:gott|dich)|servus|moin',
  'bonjour|bonsoir|salut|coucou',
  'hola|buenos días|buenas(?: tardes| noches)?',
  'olá|oi|bom dia|boa (?:tarde|noite)',
  'ciao|salve|buongiorno|buonasera',
  'سلام(?: علیکم)?|درود',
  'xin chào(?: bạn)?|chào bạn',
  'γεια(?: σου| σας)?|καλημέρα|καλησπέρα',
  'hej|god(?:dag| dag| morgon)|hei|terve',
  'ahoj|dobrý den|szia|jó napot|bună(?: ziua)?|вітаю|привіт|добрий день',
  'halo|selamat (?:pagi|siang|sore|malam)',
  'hoi|goedemorgen|goedemiddag|goedenavond|goedendag',
  'cześć|dzień dobry|dobry wieczór',
  'привет|здравствуйте?|добр(?:ый день|ое утро|ый вечер)',
  'merhaba(?:lar)?|selam|günaydın|iyi günler',
  'مرحب[اً]+|أهلا|اهلا|السلام عليكم|صباح الخير|مساء الخير',
  'नमस्ते|नमस्कार',
  'שלום|היי'
]

const REQUESTS = [
  '(?:can|could|would) (?:you|u)(?! rather\\b)(?: (?:please|kindly|maybe|also|just))*(?: (?:help|assist|tell) me(?: to| with| about)?)?',
  '(?:please|pls|kindly)(?: (?:help|assist) me(?: to| with)?)?',
  'i(?: want| need| would like|[\'’]d like) you to',
  '(?:ok(?:ay)?|um+|hmm+|alright|so basically|basically|so)(?:,? (?:ok(?:ay)?|so|basically|um+|like|well))*(?=[ ,])',
  'i(?: (?:was|am)|[\'’]m) (?:just )?(?:wondering|curious)(?: (?:whether|if)(?: (?:you|u) (?:could|can|would)(?: (?:please|maybe|also))?)?(?: (?:tell|show|help|explain to) me)?)?',
  'i(?: would|[\'’]d) (?:like|love|want) to (?:ask(?: you)?|know)(?: more)?(?: about)?|i want to (?:ask(?: you)?|know)(?: more)?(?: about)?',
  '(?:i have|i[\'’]ve got) (?:a|an) (?:\\p{L}+ )?question(?: about| regarding| on| concerning)(?: the)?',
  'i need (?:your |some )?help (?:with|to)',
  'help me(?: to| with)?',
  '(?:kannst|könntest|würdest) du(?: mir| uns)?(?: bitte| mal)*(?: sagen,)?|(?:können|könnten|würden) sie(?: mir| uns)?(?: bitte)?(?: sagen,)?|bitte',
  'hilf mir(?: bitte)?(?: bei| mit)?',
  '(?:peux|pourrais)[- ]tu(?: s[\'’]il te plaît,?)?(?: me(?: dire)?| m[\'’](?=\\p{L}))?|(?:pouvez|pourriez)[- ]vous(?: me| m[\'’](?=\\p{L}))?',
  's[\'’]il (?:te|vous) plaît|merci de',
  '¿?(?:me )?(?:puedes|podrías|puede|podría)(?: por favor)?(?: decirme)?',
  '(?:você )?(?:pode|poderia|consegue)(?: me)?(?: por favor)?(?: dizer)?|por favor',
  '(?:mi )?(?:puoi|potresti|può|potrebbe)(?: per favore)?(?: dirmi)?|per favore',
  '(?:kun|kan|zou) (?:je|jij)(?: mij| me)?(?: alsjeblieft)?|(?:kunt|zou) u(?: mij| me)?(?: alstublieft)?|alsjeblieft|alstublieft',
  'czy (?:możesz|mógłbyś|mogłabyś|może pani?)(?: mi)?(?: proszę)?|proszę',
  '(?:ты )?можешь(?: ли ты)?(?: мне)?|(?:вы )?можете(?: ли вы)?(?: мне)?|(?:не )?могли бы вы(?: мне)?|пожалуйста|помоги(?:те)?(?: мне)?',
  'lütfen|acaba',
  'هل (?:يمكنك|تستطيع|بإمكانك)(?: أن)?|من فضلك|لو سمحت',
  'क्या आप|कृपया'
]

/** Greetings and requests of scripts without spaces between words. */
const UNSPACED_GREETINGS = [
  'สวัสดี(?:ครับ|ค่ะ|คะ)?|ສະບາຍດີ|សួស្តី',
  '[你您]好(?![吗嗎])|嗨|大家好|哈[喽啰]|早上好|晚上好|[请請][问問]',
  'こんにちは|こんばんは|おはよう(?:ございます)?|初めまして|はじめまして|すみません(?:が)?',
  '안녕하세요|안녕|여보세요'
]
const UNSPACED_REQUESTS = [
  '[请請]?[你您](?:能不能|能否|可不可以|可以|能)[请請]?(?:[帮幫][我忙])?|(?:能不能|能否|可不可以|可以)[请請]?[帮幫][我忙]',
  // Not as the first half of a word, as in "to ask for leave" or "to invite".
  '麻[烦煩][你您]?(?:[帮幫]我)?|[请請]?[帮幫][我忙]|[请請](?![假客求教示柬罪愿願])'
]

/** Requests and thanks at the end of a sentence. */
const ENDINGS = [
  ',?\\s(?:please|pls|thanks(?: in advance| a lot)?|thank you(?: in advance)?|bitte|danke|s[\'’]il (?:te|vous) plaît|svp|stp|merci)',
  ',?\\s(?:por favor|gracias|obrigad[oa]|per favore|grazie|alsjeblieft|alstublieft|proszę|пожалуйста|спасибо|lütfen|teşekkürler)',
  '[,،]?\\s(?:من فضلك|لو سمحت|شكرا)',
  '[,，](?:好[吗嗎]|可以[吗嗎])|[,，]?[谢謝]{2}',
  'を?教えて(?:ください|下さい|くれますか|もらえますか|いただけますか)?|(?<=[てで])(?:ください|下さい|くれますか|もらえますか|いただけますか)|(?:を)?お願いします',
  '[을를]?\\s?(?:알려|가르쳐)\\s?(?:주세요|줘|줄래요?|주실래요)|\\s?주세요|\\s?부탁(?:해요|드립니다|합니다)'
]

const anyOf = (patterns: readonly string[]) => `(?:${patterns.join('|')})`
const wordEnd = '(?![\\p{L}\\p{N}\\p{M}])'
const greeting = new RegExp(`^${anyOf(GREETINGS)}${wordEnd}`, 'iu')
const unspacedGreeting = new RegExp(`^${anyOf(UNSPACED_GREETINGS)}`, 'u')
const request = new RegExp(`^(?:${anyOf(REQUESTS)}(?:${wordEnd}|(?<=['’]))|${anyOf(UNSPACED_REQUESTS)})`, 'iu')
const ending = new RegExp(`${anyOf(ENDINGS)}$`, 'iu')

/** Punctuation and emoji after a greeting. */
const SEPARATOR = /^(?:[\s,،.。!！?？:;…、，~～\p{Pd}\p{Extended_Pictographic}\p{Emoji_Modifier}]|\u200D|\uFE0F)*/u

/** A sentence continues in lower case after a greeting. So "Hello World" and "Hey Jude" are no greetings. */
const GOES_ON = /^\s(?:I\b|(?!world\b)[^\p{Lu}])/u

const QUESTION_MARK = /[\s?？؟;]+$/u
const FULL_STOP = /[\s.。．…!！]+$/u

/** Returns a sentence without greeting and polite phrases, capitalized if its start was removed. May be empty. */
export function withoutCourtesy (sentence: string): string {
  const { rest, isRequest } = withoutOpening(sentence)
  const bare = rest.replace(QUESTION_MARK, '').replace(FULL_STOP, '').replace(QUESTION_MARK, '')
  const core = bare.replace(ending, '')
  // "Could you …?" without its first words is no longer a question, so the question mark is removed.
  if (core !== bare) return core.trim()
  return isRequest ? bare.replace(/[吗嗎]$/u, '') : rest
}

function withoutOpening (sentence: string) {
  let rest = sentence
  let isRequest = false
  // "Hi! Hello. Could you please help me to …" has fewer layers than this.
  for (let layer = 0; layer < 5; layer++) {
    const greeted = afterGreeting(rest)
    const wish = request.exec(greeted)?.[0] ?? ''
    isRequest ||= wish !== ''
    const next = greeted.slice(wish.length).replace(wish === '' ? '' : SEPARATOR, '')
    if (next === rest) break
    rest = next
  }
  return { rest: rest === sentence ? rest : capitalized(rest), isRequest }
}

/** Capitals of scripts that begin sentences with one. Georgian has capitals too, but does not. */
const SMALL_FIRST = /^(?=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}])\p{Ll}(?![\p{Lu}\p{N}._])/u

/** Returns a text with a capital at its start. Names such as `iPhone` and `e.g.` stay. */
export function capitalized (text: string): string {
  return text.replace(SMALL_FIRST, (letter) => letter.toUpperCase())
}

function afterGreeting (sentence: string) {
  const unspaced = unspacedGreeting.exec(sentence)?.[0]
  if (unspaced !== undefined) return sentence.slice(unspaced.length).replace(SEPARATOR, '')
  const found = greeting.exec(sentence)?.[0]
  if (found === undefined) return sentence
  const rest = sentence.slice(found.length)
  const separator = SEPARATOR.exec(rest)?.[0] ?? ''
  return rest === '' || separator.trim() !== '' || GOES_ON.test(rest) ? rest.slice(separator.length) : sentence
}
