import { placesOf } from '../state/find.js'

/*
 * Marks words in what is shown, without changing the document (CSS Custom Highlight API): what Preact and the
 * renderer made stays theirs, and marking thousands of messages costs no layout. Browsers without it show no marks.
 */

/** The ranges in a message where one of the terms stands, in order. */
export function rangesIn (element: Element, terms: readonly string[]): Range[] {
  if (terms.length === 0) return []
  const { text, nodes } = textNodesOf(element)
  return placesOf(text, terms).flatMap(({ start, end }) => {
    const from = nodeAt(nodes, start)
    const to = nodeAt(nodes, end - 1)
    if (!from || !to) return []
    const range = document.createRange()
    range.setStart(from.node, start - from.start)
    range.setEnd(to.node, end - to.start)
    return [range]
  })
}

/** Marks ranges: all of them as found, one of them as the one that is looked at. */
export function showMarks (ranges: Range[], current: Range | null) {
  if (typeof Highlight === 'undefined') return
  CSS.highlights.set('found', new Highlight(...ranges))
  if (current) CSS.highlights.set('found-current', new Highlight(current))
  else CSS.highlights.delete('found-current')
}

interface PlacedNode { node: Text, start: number }

/** The text of an element as it is seen, with where each node of it begins. */
function textNodesOf (element: Element): { text: string, nodes: PlacedNode[] } {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches('annotation, button, figcaption') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
  const nodes: PlacedNode[] = []
  let text = ''
  while (walker.nextNode()) {
    const { currentNode: node } = walker
    if (node instanceof Text) {
      nodes.push({ node, start: text.length })
      text += node.data
    } else if (node instanceof Element && node.matches('p, li, tr, td, th, pre, h3, h4, h5, h6, details, div')) {
      // Words of neighbouring blocks are not one word.
      text += '\n'
    }
  }
  return { text, nodes }
}

function nodeAt (nodes: PlacedNode[], index: number): PlacedNode | undefined {
  let low = 0
  let high = nodes.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((nodes[middle]?.start ?? 0) <= index) low = middle
    else high = middle - 1
  }
  const found = nodes[low]
  return found && index < found.start + found.node.length ? found : undefined
}
