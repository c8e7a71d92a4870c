import t from 'tap'
import { htmlToMarkdown } from '../../../../src/formats/kit/html-markdown.js'

const cases: Array<[html: string, markdown: string]> = [
  ['<p>It is a <strong>fern</strong>, <em>really</em>.</p><p>Yes.</p>', 'It is a **fern**, *really*.\n\nYes.'],
  ['a<br>b<br><br>c', 'a\nb\n\nc'],
  ['<p>two \n words</p>', 'two words'],
  ['<b> bold </b>end', '**bold** end'],
  ['<h2>Title</h2>text<hr>more', '## Title\n\ntext\n\n---\n\nmore'],
  ['<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol start="3"><li>d</li><li>e</li></ol>', '- a\n- b\n  - c\n\n3. d\n4. e'],
  ['<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>', '- a\n- b\n\n  c'],
  ['<blockquote><p>a</p><p>b</p></blockquote>c', '> a\n>\n> b\n\nc'],
  ['<pre><code class="language-py">if a:\n    print(1 &lt; 2)\n</code></pre>', '```py\nif a:\n    print(1 < 2)\n```'],
  ['<li><pre>a\n\nb</pre></li>', '- ```\n  a\n  \n  b\n  ```'],
  ['<code>a`b</code> <code>c</code>', '`` a`b `` `c`'],
  ['<a href="https://e.org/(x)">a [link]</a> <a href="javascript:alert(1)">no</a> <a href="https://e.org">https://e.org</a>', '[a \\[link\\]](https://e.org/%28x%29) no https://e.org'],
  ['<img src="https://e.org/a.png" alt="A"> <img alt="B"> <img src="data:image/png;base64,AAAA">', '![A](https://e.org/a.png) [image: B] [image]'],
  ['<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td><p>2</p><p>3</p></td></tr></table>', '| a | b\\|c |\n| --- | --- |\n| 1 | 2 3 |'],
  ['x<script>alert(1)</script><style>p {}</style>y', 'xy'],
  ['&lt;b&gt; &amp;amp; &#128512;&nbsp;', '<b> &amp; 😀'],
  ['<p>unclosed <b>bold', 'unclosed **bold**'],
  ['stray </div></b>&lt; 5', 'stray < 5'],
  ['', '']
]

t.test('HTML of answers as Markdown', async (t) => {
  for (const [html, markdown] of cases) t.equal(htmlToMarkdown(html), markdown, html)
})

t.test('hostile HTML takes linear time and space', async (t) => {
  const size = 1_000_000
  const hostile = {
    'open elements': '<b>'.repeat(size),
    'open quotations': '<blockquote>'.repeat(400) + 'x<br>'.repeat(size / 5),
    'closing tags of nothing': '</i>'.repeat(size),
    'an unclosed tag': '<'.repeat(size),
    'an attribute without end': `<a href="${'x'.repeat(size)}`,
    'a word of backticks': `<code>${'`'.repeat(size)}</code>`,
    'cells in cells': '<table><tr><td>'.repeat(size / 100) + 'x'
  }
  for (const [name, html] of Object.entries(hostile)) {
    const before = performance.now()
    const markdown = htmlToMarkdown(html)
    t.ok(performance.now() - before < 30_000, `${name}: ${Math.round(performance.now() - before)} ms`)
    t.ok(markdown.length < 8 * html.length, `${name}: ${markdown.length} of ${html.length}`)
  }
})

t.test('what is nested too deep to convert gives its text', async (t) => {
  t.equal(htmlToMarkdown(`${'<div>'.repeat(501)}deep <b>text</b>`), 'deep text')
})
