/*
 * Elements whose content comes when they are near the window, or when the browser has nothing else to do. So a
 * conversation of thousands is there at once, and soon complete for the browser's own search.
 */

/** How far outside the window counts as near. */
const MARGIN = '1500px 0px'
/** How long rendering may take before the browser gets a turn, in milliseconds. */
const TURN_MS = 12
/** Elements that get their idle turn together at most. */
const MAX_BATCH = 8

/** What to do with an element: once when the browser is idle, unless it was near before, and once when it comes near. */
interface Turns { onIdle (): void, onNear (): void }

/** Everything that has not come near, and of it what has not had its idle turn. */
const far = new Map<Element, Turns>()
const waiting = new Map<Element, Turns>()
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue
    const turns = far.get(target)
    forget(target)
    turns?.onNear()
  }
}, { rootMargin: MARGIN })
let isIdling = false
let batch = 1

/** Gives an element its turns; returns how to call them off. */
export function whenNear (element: Element, turns: Turns): () => void {
  far.set(element, turns)
  waiting.set(element, turns)
  observer.observe(element)
  idle()
  return () => forget(element)
}

function forget (element: Element) {
  far.delete(element)
  waiting.delete(element)
  observer.unobserve(element)
}

function idle () {
  if (isIdling) return
  isIdling = true
  requestIdle(turn)
}

function turn () {
  const started = performance.now()
  let left = batch
  for (const [element, { onIdle }] of waiting) {
    if (left-- === 0) break
    waiting.delete(element)
    onIdle()
  }
  // The rendering itself follows in microtasks; what it took is known after the next task.
  setTimeout(() => {
    batch = performance.now() - started < TURN_MS ? Math.min(MAX_BATCH, batch * 2) : Math.max(1, batch >> 1)
    isIdling = false
    if (waiting.size > 0) idle()
  })
}

/** Safari has no idle callbacks. */
function requestIdle (run: () => void) {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 500 })
  else setTimeout(run, 50)
}
