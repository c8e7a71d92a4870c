/** The style sheet of exported pages: for reading and printing, in two themes. It has no `<`, so it cannot end its element. */
export const styles = `
:root { color-scheme: light dark; --text: #1c1b1a; --soft: #6b6763; --line: #dcd8d2; --paper: #fdfcfa; --user: #f0ede7; --code: #f5f3ee; --accent: #8a4b14; --error: #a11 }
@media (prefers-color-scheme: dark) { :root { --text: #e8e4df; --soft: #a09a93; --line: #3a3733; --paper: #1b1a18; --user: #27251f; --code: #242220; --accent: #e0a36a; --error: #f88 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--text); font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem }
header p, h2 time, .branch, .file, .index time, .index span { color: var(--soft) }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 }
h2 { font-size: .95rem; margin: 0 0 .5rem }
h2 time { font-weight: normal; margin-inline-start: .5rem }
a { color: var(--accent) }
article { padding: 1rem; margin: 1rem 0; border: 1px solid var(--line); border-radius: .5rem; overflow-wrap: anywhere }
article.user { background: var(--user) }
article:target { outline: 2px solid var(--accent) }
.prose > :first-child { margin-top: 0 }
.prose > :last-child { margin-bottom: 0 }
.prose h1, .prose h2, .prose h3 { font-size: 1.1rem; margin: 1.2em 0 .4em }
pre { background: var(--code); padding: .75rem; border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; font-size: .875rem }
code { font-family: ui-monospace, monospace; font-size: .9em }
figure { margin: 1rem 0 }
figcaption { color: var(--soft); font-size: .8rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: start }
blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--soft) }
img { max-width: 100%; height: auto }
details { margin: .5rem 0 }
summary { color: var(--soft); cursor: pointer }
.error { color: var(--error) }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem }
.index { list-style: none; padding: 0 }
.index li { padding: .25rem 0 }
.hljs-keyword, .hljs-type, .hljs-selector-tag, .hljs-meta { color: #8b3a8f }
.hljs-string, .hljs-attr, .hljs-addition { color: #3a7a2d }
.hljs-number, .hljs-literal, .hljs-deletion { color: #a8521c }
.hljs-comment, .hljs-quote { color: var(--soft) }
.hljs-title, .hljs-name, .hljs-built_in { color: #2a62a8 }
@media (prefers-color-scheme: dark) {
  .hljs-keyword, .hljs-type, .hljs-selector-tag, .hljs-meta { color: #d49ad7 }
  .hljs-string, .hljs-attr, .hljs-addition { color: #9ccf8c }
  .hljs-number, .hljs-literal, .hljs-deletion { color: #e6a97a }
  .hljs-title, .hljs-name, .hljs-built_in { color: #8fb8ec }
}
@media print { main { max-width: none; padding: 0 } article { break-inside: auto; border-width: 0 0 1px; border-radius: 0 } h2 { break-after: avoid } }
`
