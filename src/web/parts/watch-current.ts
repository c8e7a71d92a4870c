/**
 * Tells which message is at the top of the window as somebody scrolls, until the returned function is called. Looks
 * only once a frame.
 */
export function watchCurrent (tell: (messageId: string) => void): () => void {
  /** The messages that cross a thin band below the top of the window. */
  const observer = new IntersectionObserver((entries) => {
    const entry = entries.findLast(({ isIntersecting }) => isIntersecting)
    if (entry) tell(entry.target.id.slice('m-'.length))
  }, { rootMargin: '-15% 0px -80% 0px' })
  for (const message of document.querySelectorAll('.message')) observer.observe(message)
  return () => observer.disconnect()
}
