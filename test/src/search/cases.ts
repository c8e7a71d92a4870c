/** A text, a search, and whether the search finds the text. */
export type Case = readonly [text: string, search: string, isFound: boolean]

/** What finds what, by language. */
export const languageCases: Record<string, readonly Case[]> = {
  English: [
    ['The quick brown fox', 'quick', true],
    ['The quick brown fox', 'QUICK', true],
    ['The quick brown fox', 'fox the', true],
    ['The quick brown fox', 'quic', true],
    ['The quick brown fox', 'quic ', false],
    ['The quick brown fox', 'quic fox', false],
    ['The quick brown fox', 'q', false],
    ['The quick brown fox', '“quick brown”', true],
    ['The quick brown fox', 'quick*', true],
    ['The quick brown fox', '"quick brown"', true],
    ['The quick brown fox', '"brown quick"', false],
    ['The quick brown fox', 'quick -fox', false],
    ['The quick brown fox', 'quick -cat', true],
    ['The quick brown fox', 'fox wolf', false],
    ['International affairs', 'inter*', true],
    ['International affairs', 'int* ', false],
    ['It’s Anna\'s naïve café', 'it\'s', true],
    ['It’s Anna\'s naïve café', 'naive cafe', true]
  ],
  German: [
    ['Über die Straße gehen', 'uber', true],
    ['Über die Straße gehen', 'ÜBER', true],
    ['Über die Straße gehen', 'strasse', true],
    ['Über die Straße gehen', 'STRASSE', true],
    ['U\u0308ber den Fluss', 'über', true],
    ['Fußgängerzone', 'fussganger*', true],
    ['Fußgängerzone', 'zone', false]
  ],
  French: [
    ['L’été à la forêt, œuvre d’été', 'ete', true],
    ['L’été à la forêt, œuvre d’été', 'foret', true],
    ['L’été à la forêt, œuvre d’été', 'oeuvre', true],
    ['L’été à la forêt, œuvre d’été', '"l\'été à la"', true],
    ['garçon', 'garcon', true],
    ['garçon', 'garson', false]
  ],
  Spanish: [
    ['Mañana será otro día', 'manana', true],
    ['Mañana será otro día', 'dia', true],
    ['¿Cómo estás?', 'como estas', true],
    ['¿Cómo estás?', '¿cómo', true]
  ],
  Polish: [
    ['Zażółć gęślą jaźń', 'zazolc', true],
    ['Zażółć gęślą jaźń', 'gesla jazn', true],
    ['Łódź', 'lodz', true],
    ['Łódź', 'lody', false]
  ],
  Turkish: [
    ['İstanbul\'da ılık bir gün', 'istanbul', true],
    ['İstanbul\'da ılık bir gün', 'ISTANBUL', true],
    ['İstanbul\'da ılık bir gün', 'ilik', true],
    ['Diyarbakır', 'diyarbakir', true]
  ],
  Vietnamese: [
    ['Phở bò ở Đà Nẵng', 'pho', true],
    ['Phở bò ở Đà Nẵng', 'đà nẵng', true],
    ['Phở bò ở Đà Nẵng', '"da nang"', true],
    ['Phở bò ở Đà Nẵng', 'ha noi', false]
  ],
  Russian: [
    ['Ёлка стоит в лесу', 'елка', true],
    ['Ёлка стоит в лесу', 'ЛЕСУ', true],
    ['Ёлка стоит в лесу', 'лес ', false],
    ['Мой дом', 'мой', true],
    ['Мой дом', 'мои', false],
    ['за́мок и замо́к', 'замок', true],
    ['международный', 'межд*', true]
  ],
  Ukrainian: [
    ['Їжак з’їв п\'ять яблук', 'їжак', true],
    ['Їжак з’їв п\'ять яблук', 'іжак', false],
    ['Їжак з’їв п\'ять яблук', 'пʼять', true]
  ],
  Greek: [
    ['Ο Οδυσσέας και οι δρόμοι', 'οδυσσεας', true],
    ['Ο Οδυσσέας και οι δρόμοι', 'ΔΡΟΜΟΙ', true],
    ['Ο Οδυσσέας και οι δρόμοι', 'ΟΔΥΣΣΈΑΣ', true]
  ],
  Arabic: [
    ['كِتَابٌ جديد', 'كتاب', true],
    ['أحمد في المدرسة', 'احمد', true],
    ['مـــرحبا', 'مرحبا', true],
    ['كتاب', 'كتب', false]
  ],
  Persian: [
    ['می‌خواهم بروم', 'میخواهم', true],
    ['می‌خواهم بروم', 'بروم', true]
  ],
  Hebrew: [
    ['שָׁלוֹם עולם', 'שלום', true],
    ['שלום עולם', 'שלומ', false]
  ],
  Hindi: [
    ['हिन्दी में लिखना', 'हिन्दी', true],
    ['हिन्दी में लिखना', 'हन्द', false],
    ['हिन्दी में लिखना', 'में लिखना', true],
    ['हिन्दी में लिखना', 'लिखन ', false]
  ],
  Tamil: [
    ['தமிழ் மொழி', 'தமிழ்', true],
    ['தமிழ் மொழி', 'தமழ', false]
  ],
  Amharic: [
    ['ሰላም ለዓለም', 'ሰላም', true],
    ['ሰላም ለዓለም', 'ሰላ ', false]
  ],
  Georgian: [['გამარჯობა მსოფლიო', 'მსოფლიო', true]],
  Armenian: [['Բարեւ Ձեզ', 'բարեւ', true]],
  Chinese: [
    ['我们在北京大学学习人工智能', '北京', true],
    ['我们在北京大学学习人工智能', '京大', true],
    ['我们在北京大学学习人工智能', '人', true],
    ['我们在北京大学学习人工智能', '北大', false],
    ['我们在北京大学学习人工智能', '北京大学学习人工智能', true],
    ['我们在北京大学学习人工智能', '智能 我们', true],
    ['我们在北京大学学习人工智能', '"智能我们"', false],
    ['重跑gen-itgc后', 'itgc', true],
    ['重跑gen-itgc后', '重跑', true],
    ['重跑gen-itgc后', '后', true],
    ['重跑gen-itgc后', 'gen-itgc', true],
    ['重跑gen-itgc后', '跑gen', true],
    ['重跑gen-itgc后', '重跑后', false],
    ['𠮷野家', '𠮷', true],
    ['价格：１２３元', '123', true]
  ],
  Japanese: [
    ['東京タワーへ行きました', '東京', true],
    ['東京タワーへ行きました', 'タワー', true],
    ['東京タワーへ行きました', '行き', true],
    ['東京タワーへ行きました', '京タ', true],
    ['東京タワーへ行きました', 'タワ一', false],
    ['がっこう', 'かっこう', false],
    ['か\u3099っこう', 'がっこう', true],
    ['ｶﾞｯｺｳ', 'ガッコウ', true],
    ['人々', '々', true]
  ],
  Korean: [
    ['한국어를 공부합니다', '한국', true],
    ['한국어를 공부합니다', '국어', true],
    ['한국어를 공부합니다', '공부', true],
    ['한국어를 공부합니다', '한어', false],
    ['\u1112\u1161\u11ab국', '한국', true]
  ],
  Thai: [
    ['ภาษาไทยง่ายมาก', 'ไทย', true],
    ['ภาษาไทยง่ายมาก', 'ง่าย', true],
    ['ภาษาไทยง่ายมาก', 'งาย', false],
    ['ภาษาไทยง่ายมาก', 'ไทยมาก', false]
  ],
  Khmer: [['សួស្តីពិភពលោក', 'ពិភព', true]],
  signs: [
    ['I write C++ and C#', 'C++', true],
    ['I write C++ and C#', 'c#', true],
    ['I write C++ and C#', 'c', true],
    ['I write C', 'C++', false],
    ['Save 50% today', '50%', true],
    ['Save 50 today', '50%', false],
    ['Mail user@example.com now', 'user@example.com', true],
    ['Mail user@example.com now', 'example', true],
    ['Mail user at example.com', 'user@example.com', false],
    ['Use node.js here', 'node.js', true],
    ['a-b testing', 'a-b', true],
    ['a-b testing', 'b a', true],
    ['a-b testing', '"b-a"', false],
    ['AT&T', 'at&t', true],
    ['Done 🎉 at last', '🎉', true],
    ['Done at last', '🎉', false],
    ['That is 5€ → 6€', '→', true],
    ['foo_bar baz', 'bar', true],
    ['soft\u00adhyphen', 'softhyphen', true]
  ]
}

/** Searches that mean something to SQLite, or to a URL, or to nobody: each finds the text it stands in, or nothing, and fails never. */
export const syntaxCases: readonly string[] = [
  'C++', 'it\'s', 'node.js', '50%', 'a-b', 'user@example.com', '"', 'AND', 'NEAR(', '*',
  'OR', 'NOT', 'NEAR', 'NEAR(a b)', 'NEAR(a b, 5)', 'a AND', 'AND b', 'a OR', 'a NOT', 'NOT a',
  'a AND OR b', '(', ')', '()', '(a', 'a)', '((((', '{a}', '{a b}: c', 'words:a',
  'search:a', '^a', '^', 'a^b', 'a:b', ':', 'a + b', '+', '++', '-',
  '--', '- a', '--a', '-"a', '""', '"""', '"a', 'a"', '"a" "', '"a"*',
  'a*b', '**', 'a**', '\'', '\'; DROP TABLE messages; --', '\\', '/a/b?c=d&e#f', '<script>alert(1)</script>', '%', '%25',
  '%zz', '\u0000a', 'a\tb\nc', '🎉', '…', 'null', 'undefined', '$1', '?', ':match', '@match', '#'
]
