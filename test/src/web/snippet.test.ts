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
