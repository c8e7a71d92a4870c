/** How slowly a body may arrive: at least so many bytes within each window. */
export interface Pace { windowMs: number, minBytes: number }

/**
 * 1 KiB a second. The slowest mobile connections are faster, and a client that sends a byte now and then does not hold its
 * connection for longer than one window.
 */
export const MIN_PACE: Pace = { windowMs: 30_000, minBytes: 30 * 1024 }

/** What is watched of a body. */
export interface Progress {
  /** Bytes that have arrived. */
  bytesRead (): number
  /** Whether the server is not reading at the moment, as while its disk is slow. That is not the sender's fault. */
  isPaused (): boolean
}

/** Windows are measured with this error at most, as a share of the window. */
const CHECKS_PER_WINDOW = 20

/** Calls `onSlow` once when a body is slower than its pace. Returns the function that ends the watch. */
export function watchPace ({ windowMs, minBytes }: Pace, { bytesRead, isPaused }: Progress, onSlow: () => void): () => void {
  let mark = { bytes: bytesRead(), at: performance.now() }
  const timer = setInterval(() => {
    const now = { bytes: bytesRead(), at: performance.now() }
    if (isPaused() || now.bytes - mark.bytes >= minBytes) mark = now
    if (now.at - mark.at < windowMs) return
    clearInterval(timer)
    onSlow()
  }, windowMs / CHECKS_PER_WINDOW)
  timer.unref()
  return () => clearInterval(timer)
}
