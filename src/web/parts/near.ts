/*
 * Which messages have their texts rendered: those near the window at once, all others when the browser has nothing
 * else to do. So a conversation of thousands is there at once, and soon complete for the browser's own search.
 */

/** How far outside the window counts as near. */
const MARGIN = '1500px 0px'
/** How long rendering may take before the browser gets a turn, in milliseconds. */
const SLICE_MS = 12

type Show = () => void

const waiting = new Map<Element, Show>()
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) show(target)
}, { rootMargin: MARGIN })
let isIdling = false
let batch = 2

/** Calls `show` once, when the element comes near or the browser is idle; returns how to call it off. */
export function whenNear (element: Element, show: Show): () => void {
  waiting.set(element, show)
  observer.observe(element)
  idle()
  return () => forget(element)
}

function show (element: Element) {
  const run = waiting.get(element)
  forget(element)
  run?.()
}

function forget (element: Element) {
  waiting.delete(element)
  observer.unobserve(element)
}

function idle () {
  if (isIdling) return
  isIdling = true
  requestIdle(slice)
}

function slice () {
  const started = performance.now()
  for (const element of [...waiting.keys()].slice(0, batch)) show(element)
  // The rendering itself follows in microtasks; what it took is known after the next task.
  setTimeout(() => {
    batch = performance.now() - started < SLICE_MS ? Math.min(64, batch * 2) : Math.max(1, batch >> 1)
    isIdling = false
    if (waiting.size > 0) idle()
  })
}

function requestIdle (run: () => void) {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 500 })
  else setTimeout(run, 50)
}
