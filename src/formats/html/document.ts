import { createHash } from 'node:crypto'
import { escapeHtml } from '../../render/escape.js'
import { styles } from './styles.js'

/** Nothing runs, nothing is loaded but pictures that stand in the text, and the only styles are ours. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'"
].join('; ')

/** A document up to its content. */
export function documentStart (title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<main>
`
}

export const documentEnd = '</main>\n</body>\n</html>\n'
