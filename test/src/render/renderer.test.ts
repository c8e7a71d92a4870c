import t from 'tap'
import { formula } from '../../../src/render/formula.js'
import { highlight } from '../../../src/render/highlight.js'
import { createRenderer, MAX_MARKDOWN_CHARACTERS, needsOf } from '../../../src/render/renderer.js'

const labels = { copy: 'Copy', picture: 'Picture' }
const plain = createRenderer({ labels })
const full = createRenderer({ labels, highlight, formula })

t.test('HTML in a message is shown as text', async (t) => {
  t.equal(plain.render('<b onclick="x()">bold</b>', 'm'), '<p dir="auto">&lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt;</p>\n')
})

t.test('links open elsewhere, and only http, https and mailto are links', async (t) => {
  t.match(plain.render('[a](https://example.org/?a=1&b=2 "so")', 'm'),
    '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow" title="so">a</a>')
  t.match(plain.render('see https://example.org/x.', 'm'), 'href="https://example.org/x"')
  for (const url of ['javascript:alert(1)', 'vbscript:x', 'file:///etc/passwd', 'data:text/html,x', 'sandbox:/mnt/data/a.csv', '/api/convos']) {
    t.notMatch(plain.render(`[a](${url}) ![a](${url})`, 'm'), /<a|<img/, url)
  }
})

t.test('a remote picture is a link, and one within the text is shown', async (t) => {
  t.match(plain.render('![a cat](https://example.org/cat.png)', 'm'),
    '<a class="remote-picture" href="https://example.org/cat.png" target="_blank" rel="noopener noreferrer nofollow">Picture: a cat</a>')
  t.match(plain.render('![](https://example.org/cat.png)', 'm'), 'Picture: example.org')
  t.match(plain.render('![dot](data:image/png;base64,AAAA)', 'm'), '<img src="data:image/png;base64,AAAA" alt="dot" loading="lazy">')
})

t.test('columns of a table are aligned by classes', async (t) => {
  const html = plain.render('|a|b|c|\n|:-|:-:|-:|\n|1|2|3|', 'm')
  t.match(html, '<th class="align-left" dir="auto">a</th>')
  t.match(html, '<td class="align-center" dir="auto">2</td>')
  t.match(html, '<td class="align-right" dir="auto">3</td>')
  t.notMatch(html, 'style=')
})

t.test('code has its language, a button to copy, and colours where the language is known', async (t) => {
  const block = '```js\nconst a = "<b>"\n```'
  t.match(plain.render(block, 'm'), '<span class="language">js</span><button type="button" class="copy-code">Copy</button>')
  t.match(plain.render(block, 'm'), '<code>const a = &quot;&lt;b&gt;&quot;\n</code>')
  t.match(full.render(block, 'm'), '<span class="hljs-keyword">const</span>')
  t.match(full.render('```mermaid\ngraph TD\n```', 'm'), '<code>graph TD\n</code>')
  t.match(full.render('```"><script>\nx\n```', 'm'), '<span class="language"></span>')
  t.match(full.render('    indented', 'm'), '<code>indented')
})

t.test('formulas become MathML in all four spellings', async (t) => {
  for (const text of ['$a^2$', '$$a^2$$', '\\(a^2\\)', '\\[a^2\\]', '$$\na^2\n$$', 'x\n\\[\na^2\n\\]\ny']) {
    t.match(full.render(text, 'm'), /<math [^>]*>.*<msup>/s, text)
    t.match(plain.render(text, 'm'), '<code class="formula">a^2</code>', text)
  }
})

t.test('prices, code and shell variables are no formulas', async (t) => {
  for (const text of ['from $5 to $10', 'US$20 and US$30', '`$a$`', 'echo $HOME and $PATH', '$ a $', '$$', '\\$5\\$', '$a\n\nb$']) {
    t.notMatch(full.render(text, 'm'), /<math|class="formula"/, text)
  }
})

t.test('a formula that cannot be read is shown as its source, and none sets styles or links', async (t) => {
  t.match(full.render('$\\nothing{$', 'm'), '<code class="formula">\\nothing{</code>')
  const html = full.render('$\\href{javascript:alert(1)}{x} \\colorbox{red}{y} \\fbox{z} \\htmlStyle{color:red}{w} \\includegraphics{https://e.org/a.png}$', 'm')
  // The source stands beside the formula as text, for copying.
  t.notMatch(html.replaceAll(/<annotation.*?<\/annotation>/gs, ''), / style=|<a |href=|src=/)
})

t.test('footnotes have ids of their own message', async (t) => {
  const html = plain.render('a[^1]\n\n[^1]: note', 'm-7')
  t.match(html, 'id="fn-m-7-1"')
  t.match(html, 'href="#fn-m-7-1"')
})

t.test('blocks find their own direction, and headings stand below those of the page', async (t) => {
  t.equal(plain.render('# שלום', 'm'), '<h3 dir="auto">שלום</h3>\n')
  t.match(plain.render('###### deep', 'm'), '<h6 ')
})

t.test('a text longer than the limit is shown as it stands', async (t) => {
  const html = plain.render('*a* <b>'.padEnd(MAX_MARKDOWN_CHARACTERS + 1, 'x'), 'm')
  t.ok(html.startsWith('<pre class="plain" dir="auto">*a* &lt;b&gt;xxx'))
})

t.test('the same text always gives the same HTML', async (t) => {
  const text = '# a\n\n```js\n1\n```\n\n$x$[^1]\n\n[^1]: b'
  t.equal(full.render(text, 'm'), createRenderer({ labels, highlight, formula }).render(text, 'm'))
  t.equal(full.render(text, 'm'), full.render(text, 'm'))
})

t.test('what a text needs is never missed', async (t) => {
  t.strictSame(needsOf('a\n```js\n1\n```'), { code: true, formula: false })
  t.strictSame(needsOf('1. a\n   ~~~\n   x\n   ~~~'), { code: true, formula: false })
  t.strictSame(needsOf('\\(x\\)'), { code: false, formula: true })
  t.strictSame(needsOf('words'), { code: false, formula: false })
})
