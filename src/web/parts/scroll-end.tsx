import { useEffect, useRef } from 'preact/hooks'

/** An invisible mark at the end of a list: `onReach` is called whenever it comes near the window. */
export function ScrollEnd ({ onReach }: { onReach (): void }) {
  const mark = useRef<HTMLDivElement>(null)
  const reach = useRef(onReach)
  reach.current = onReach
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => { if (entry?.isIntersecting) reach.current() }, { root: mark.current?.closest('.side-content') ?? null, rootMargin: '600px' })
    if (mark.current) observer.observe(mark.current)
    return () => observer.disconnect()
  }, [])
  return <div ref={mark} class='scroll-end' />
}
