import { progress as bar } from '@clack/prompts'

/** How far something is, shown on stderr so that stdout has the result only. */
export interface Progress {
  update (done: number, total: number, message: string): void
  end (message: string): void
  fail (message: string): void
}

/** How often a line is written where there is no terminal. */
const LINE_INTERVAL_MS = 5000

const BAR_STEPS = 100

/** A bar on a terminal, and a line now and then elsewhere. */
export function showProgress (title: string): Progress {
  return process.stderr.isTTY ? showBar(title) : showLines(title)
}

function showBar (title: string): Progress {
  const shown = bar({ max: BAR_STEPS, output: process.stderr })
  let steps = 0
  shown.start(title)
  return {
    update (done, total, message) {
      const now = total > 0 ? Math.floor(BAR_STEPS * done / total) : 0
      if (now > steps) shown.advance(now - steps, message)
      else shown.message(message)
      steps = Math.max(steps, now)
    },
    end: (message) => shown.stop(message),
    fail: (message) => shown.error(message)
  }
}

function showLines (title: string): Progress {
  let toldAt = performance.now()
  return {
    update (done, total, message) {
      if (performance.now() - toldAt < LINE_INTERVAL_MS) return
      toldAt = performance.now()
      console.error(`${title}: ${total > 0 ? Math.floor(100 * done / total) : 0} %, ${message}`)
    },
    end: (message) => console.error(`${title}: ${message}`),
    fail: (message) => console.error(`${title}: ${message}`)
  }
}
