/** Where the current message is looked for, as a part of the window's height. Below what sticks to the top. */
const LINE = 0.17

/**
 * Tells which message is at the top of the window as somebody scrolls, until the returned function is called. Looks
 * once a frame, at one line, so that thousands of messages cost nothing.
 */
export function watchCurrent (messages: Element, tell: (messageId: string) => void): () => void {
  let frame = 0
  function look () {
    frame = 0
    const { left, width } = messages.getBoundingClientRect()
    // What stands above the messages does not hide them from this.
    const message = document.elementsFromPoint(left + width / 2, innerHeight * LINE).find((element) => element.matches('.message'))
    if (message) tell(message.id.slice('m-'.length))
  }
  const onScroll = () => { if (frame === 0) frame = requestAnimationFrame(look) }
  onScroll()
  addEventListener('scroll', onScroll, { passive: true })
  return () => {
    removeEventListener('scroll', onScroll)
    cancelAnimationFrame(frame)
  }
}
