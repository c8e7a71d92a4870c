import fc from 'fast-check'
import t from 'tap'
import { MAX_LOCAL_TITLE_LENGTH, localTitle } from '../../../src/titles/local-title.js'
import { titleCases } from './title-cases.js'
import { processorMs } from '../../processor-time.js'

const conversation = { endpoint: 'openAI', createdAt: Date.parse('2026-01-02T23:30:00Z') }
const lastResort = 'OpenAI 2026-01-02'
const titleOf = (question: string, answer = '', endpoint: string | null = conversation.endpoint) => localTitle({ question, answer }, { ...conversation, endpoint })

/** First messages and their titles, by language or by shape. */
const tables: Record<string, Array<[message: string, title: string]>> = {
  English: [
    ['How do I reverse a list in Python?', 'How do I reverse a list in Python?'],
    ['Hi! Can you please explain how recursion works in JavaScript?', 'Explain how recursion works in JavaScript'],
    ['Could you help me to write a cover letter for a nurse? I have ten years of experience.', 'Write a cover letter for a nurse'],
    ['I need help with my taxes.', 'My taxes'],
    ['Good morning, what is the capital of Australia?', 'What is the capital of Australia?'],
    ['Who is Dr. Smith in the novel?', 'Who is Dr. Smith in the novel?'],
    ['Would you rather fight a horse or a duck?', 'Would you rather fight a horse or a duck?'],
    ['Hello world in Rust', 'Hello world in Rust'],
    ['Hello!\n\nQuestion: why is the sky blue? Thanks in advance.', 'Question: why is the sky blue?'],
    ['Write a function that takes a list of integers and returns the sum of all even numbers',
      'Write a function that takes a list of integers and returns'],
    ['A long line that somebody wrapped in the editor they like\nto use goes on', 'A long line that somebody wrapped in the editor they like to']
  ],
  German: [
    ['Kannst du mir bitte erklären, wie eine Wärmepumpe funktioniert?', 'Erklären, wie eine Wärmepumpe funktioniert'],
    ['Guten Tag, ich suche ein Geschenk für meine Oma.', 'Ich suche ein Geschenk für meine Oma'],
    ['Wie heißt z. B. Wien auf Tschechisch?', 'Wie heißt z. B. Wien auf Tschechisch?']
  ],
  French: [
    ['Bonjour, peux-tu m’expliquer la photosynthèse ?', 'Expliquer la photosynthèse'],
    ['Quelle est la capitale de l’Australie ?', 'Quelle est la capitale de l’Australie ?'],
    ['Traduis ce texte, s\'il te plaît.', 'Traduis ce texte']
  ],
  Spanish: [
    ['Hola, ¿puedes ayudarme con una receta de paella?', 'Ayudarme con una receta de paella'],
    ['¿Cuántos planetas hay en el sistema solar?', '¿Cuántos planetas hay en el sistema solar?']
  ],
  Portuguese: [['Olá! Você pode me explicar o que é inflação?', 'Explicar o que é inflação']],
  Italian: [['Ciao, potresti spiegarmi la relatività?', 'Spiegarmi la relatività']],
  Dutch: [['Kun je me helpen met een sollicitatiebrief?', 'Helpen met een sollicitatiebrief']],
  Polish: [['Cześć, czy możesz mi wyjaśnić czarne dziury?', 'Wyjaśnić czarne dziury']],
  Russian: [
    ['Привет! Можешь объяснить, как работает блокчейн?', 'Объяснить, как работает блокчейн'],
    ['Составь план тренировок, пожалуйста', 'Составь план тренировок']
  ],
  Turkish: [['Merhaba, lütfen bana fotosentezi açıkla.', 'Bana fotosentezi açıkla']],
  Chinese: [
    ['你好，请帮我写一封辞职信。', '写一封辞职信'],
    ['你能解释一下量子纠缠吗？', '解释一下量子纠缠'],
    ['北京明天的天气怎么样？', '北京明天的天气怎么样？'],
    ['請問東京到大阪要多久？', '東京到大阪要多久？'],
    ['请假条怎么写', '请假条怎么写'],
    ['你好吗？', '你好吗？'],
    ['如何在三个月内学会弹吉他并且能够自己伴奏唱完一首完整的流行歌曲，同时还要兼顾全职工作、家庭生活和每周三次的健身训练计划呢请给出建议',
      '如何在三个月内学会弹吉他并且能够自己伴奏唱完一首完整的流行歌曲，同时还要兼顾全职工作、家庭生活和每周三次的健身训练计划呢']
  ],
  Japanese: [
    ['こんにちは。Pythonでリストを逆順にする方法を教えてください。', 'Pythonでリストを逆順にする方法'],
    ['日本の首都はどこですか？', '日本の首都はどこですか？']
  ],
  Korean: [
    ['안녕하세요! 파이썬에서 리스트를 뒤집는 방법을 알려 주세요.', '파이썬에서 리스트를 뒤집는 방법'],
    ['김치찌개 레시피', '김치찌개 레시피']
  ],
  'Arabic, Hebrew, Hindi and Thai': [
    ['مرحبا، هل يمكنك شرح نظرية النسبية؟', 'شرح نظرية النسبية'],
    ['ما هي عاصمة أستراليا؟', 'ما هي عاصمة أستراليا؟'],
    ['שלום, מה מזג האוויר היום?', 'מה מזג האוויר היום?'],
    ['नमस्ते, प्रकाश संश्लेषण क्या है?', 'प्रकाश संश्लेषण क्या है?'],
    ['ช่วยอธิบายทฤษฎีสัมพัทธภาพให้ฟังหน่อยได้ไหมครับ ขอแบบเข้าใจง่ายที่สุดเท่าที่จะทำได้',
      'ช่วยอธิบายทฤษฎีสัมพัทธภาพให้ฟังหน่อยได้ไหมครับ ขอแบบเข้าใจ']
  ],
  Markdown: [
    ['# Release notes\n\n- **Fixed** a bug\n- Added `foo`', 'Release notes'],
    ['see [the docs](https://docs.test/a) and ![cat](cat.png)', 'See the docs and cat'],
    ['Make it __bold__ and _nice_, but keep snake_case_names', 'Make it bold and nice, but keep snake_case_names'],
    ['What is 2*3*4 and a * b?', 'What is 2*3*4 and a * b?'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a | b'],
    ['<div class="a"><p>Center this div</p></div>', 'Center this div']
  ],
  code: [
    ['```python\ndef add(a, b):\n    return a + b\n```\nWhy does this print None?', 'Why does this print None?'],
    ['Fix this:\n```js\nconst x = 1\n```', 'Fix this: const x = 1'],
    ['```python\ndef add(a, b):\n    return a + b\n```', 'def add(a, b)'],
    ['~~~\nan open fence\nand more', 'an open fence'],
    ['SELECT * FROM users WHERE id = 1;', 'SELECT * FROM users WHERE id = 1'],
    ['{"error": "invalid_grant", "code": 400}', '{"error": "invalid_grant", "code": 400}']
  ],
  'pasted output': [
    ['2026-01-02 10:00:01,123 ERROR [db] refused by 10.0.0.5:5432\n2026-01-02 10:00:02 INFO retry', 'ERROR [db] refused by 10.0.0.5:5432'],
    ['[2026-01-02T10:00:01Z] worker exited', 'Worker exited'],
    ['\u001b[31mERROR\u001b[0m build failed', 'ERROR build failed'],
    ['Traceback (most recent call last):\n  File "a.py", line 1', 'Traceback (most recent call last)']
  ],
  'web addresses': [
    ['https://www.parley.test/blog/2026/otters/?utm=1#top', 'parley.test/blog/2026/otters'],
    ['Please summarize this for me: https://parley.test/a?b=c', 'Summarize this for me: parley.test/a'],
    ['Is (https://parley.test) down?', 'Is (parley.test) down?']
  ],
  'hardly anything': [
    ['hello', lastResort],
    ['ok', lastResort],
    ['Thanks!', lastResort],
    ['🎉', '🎉'],
    ['Hi there 👋🏽 how are tides made?', 'How are tides made?'],
    ['"Explain gravity"', 'Explain gravity'],
    ['???', lastResort],
    ['', lastResort],
    [' \n\t ', lastResort],
    ['New Chat', lastResort],
    ['\0\u202E\uD800', lastResort]
  ],
  'more than fits': [
    ['👨‍👩‍👧‍👦'.repeat(40), '👨‍👩‍👧‍👦'.repeat(5)],
    ['word '.repeat(20_480), `Word ${Array(11).fill('word').join(' ')}`],
    ['x'.repeat(102_400), lastResort],
    ['Was bedeutet Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz?', 'Was bedeutet'],
    [`What is wrong here?\n${'2026-01-02 10:00:01 INFO tick\n'.repeat(3500)}`, 'What is wrong here?'],
    ['\u202Eright to left\u202C and back', 'Right to left and back']
  ]
}

for (const [name, table] of Object.entries(tables)) {
  t.test(name, async (t) => {
    for (const [message, title] of table) {
      t.equal(titleOf(message), title, JSON.stringify(message.slice(0, 60)))
    }
  })
}

for (const [what, table] of Object.entries(titleCases)) {
  t.test(`a title is made ${what}`, async (t) => {
    for (const [question, title, answer] of table) t.equal(titleOf(question, answer), title ?? lastResort, JSON.stringify(question.slice(0, 60)))
  })
}

t.test('the last resort is the name of the endpoint and the day, in UTC', async (t) => {
  const endpoints: Array<[endpoint: string | null, title: string]> = [
    ['anthropic', 'Anthropic 2026-01-02'],
    ['My own server', 'My own server 2026-01-02'],
    [null, 'Conversation 2026-01-02'],
    ['\n', 'Conversation 2026-01-02'],
    ['constructor', 'constructor 2026-01-02'],
    ['y'.repeat(4096), 'Conversation 2026-01-02']
  ]
  for (const [endpoint, title] of endpoints) t.equal(titleOf('', '', endpoint), title)
})

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

t.test('any message gets a title of one line within the limit that splits no grapheme', async (t) => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('```', '\n', '**', '_', '](', '<b>', 'https://', '你好', 'こんにちは', 'Hi ', 'please ', '👩‍🚀', 'é', '한국어 ', 'नमस्ते ', '\u200D', ' ')
  )
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    const title = titleOf(pieces.join(''))
    if (title.length < 1 || title.length > MAX_LOCAL_TITLE_LENGTH || title !== title.trim()) return false
    return !/[\p{Cc}\p{Cs}]/u.test(title) && title === titleOf(pieces.join(''))
  }), { numRuns: 2000 }))

  const emoji = fc.constantFrom('👩‍🚀', '🇩🇪', '👍🏽', 'e\u0301', 'क्षि', '각', 'ก็')
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(emoji, { minLength: 30, maxLength: 60 }), (letters) => {
    const message = letters.join('')
    const title = titleOf(message)
    if (title === lastResort) return true
    const ends = [...graphemes.segment(message)].map(({ index, segment }) => index + segment.length)
    return message.startsWith(title.toLowerCase()) && ends.includes(title.length)
  }), { numRuns: 500 }))
})

t.test('a title of 100 KB of worst-case input takes less than a second', async (t) => {
  for (const text of ['[', '](', '*', '*a ', '_a', '`', '```\n', '# ', '> ', '| ', '<div ', '<!--', 'https://', '\n', '. ', '?', '- ', '\u001b[1;', '…', 'hi ', 'a\n', '(', '\u200D', '1 ', 'A', 'a.', 'Aa.', 'Traceback (most recent call last):\n', ' x\n', 'error: ', 'Error\n', 'subject:', 'as a ', ' --a', '<think>', 'a,', 'a | ', 'so ', 'ok, ', 'password ', 'eyJ']) {
    const message = text.repeat(102_400 / text.length)
    t.ok(processorMs(() => { titleOf(message) }) < 1000, JSON.stringify(text))
  }
})
