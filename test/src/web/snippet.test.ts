import t from 'tap'
import { readSnippet } from '../../../src/web/state/snippet.js'

t.test('a snippet is read as text with marks, never as HTML', async (t) => {
  t.strictSame(readSnippet('a &lt;b&gt; <mark>c &amp;amp; d</mark> &quot;&#39;'), [
    { text: 'a <b> ', isMarked: false },
    { text: 'c &amp; d', isMarked: true },
    { text: ' "\'', isMarked: false }
  ])
  t.strictSame(readSnippet(''), [])
})

t.test('a snippet is free of the markup of bold words and tables, and keeps that of code', async (t) => {
  const textOf = (html: string) => readSnippet(html).map(({ text }) => text).join('')
  t.equal(textOf('a **<mark>bold</mark>** word'), 'a bold word')
  t.equal(textOf('| a | b | |:--|--:| | 1 | 2 |'), '| a | b |  | 1 | 2 |')
  t.equal(textOf('height ** 2 and a | b'), 'height ** 2 and a | b')
})
