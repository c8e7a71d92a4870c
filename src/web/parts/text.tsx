import { useMemo } from 'preact/hooks'
import { renderedText } from '../state/rendering.js'

/** A text of a message as the renderer gives it: the only HTML in the page that is not made of elements. */
export function Text ({ text, id }: { text: string, id: string }) {
  return <Html html={renderedText(text, id)} />
}

function Html ({ html }: { html: string }) {
  const text = String(html)
  // The same HTML is not set again: selections and the state of what is in it would be lost.
  const trusted = useMemo(() => ({ __html: html }), [text])
  return <div class='prose' dir='auto' dangerouslySetInnerHTML={trusted} />
}
