import { mergeIntoHome, sweepDeleted } from './conversations/sweep.js'
import { resumePublishing } from './imports/commands.js'
import { mergeSearch, rebuildSearch } from './search/index/commands.js'
import { applyTagRenames } from './tags/apply-renames.js'
import type { CommandRunner } from './writer/command.js'

/** Upkeep in the background: what other commands left to do later. */
export interface Housekeeping {
  /** Asks for a run, which starts at once or after the one under way. */
  schedule (): void
  /** Resolves when no run is under way or waiting. */
  idle (): Promise<void>
  /** Starts no further run. What the stop of the writer interrupts is done after the next start. */
  stop (): void
}

/** `onError` is called when a run fails; the next one tries again. */
export function createHousekeeping (writer: CommandRunner, onError: (error: unknown) => void): Housekeeping {
  const loops = [
    // On its own: a large sweep takes minutes, and reads take longer while a rename is pending.
    repeatWhenAsked(() => applyTagRenames(writer), onError),
    repeatWhenAsked(async () => {
      await resumePublishing(writer, { now: Date.now() })
      await mergeIntoHome(writer)
      await sweepDeleted(writer)
      await rebuildSearch(writer)
      await mergeSearch(writer)
    }, onError)
  ]

  return {
    schedule: () => { for (const loop of loops) loop.schedule() },
    idle: async () => { await Promise.all(loops.map((loop) => loop.idle())) },
    stop: () => { for (const loop of loops) loop.stop() }
  }
}

/** Runs `work` when it is asked for, once at a time, and once more if it was asked for meanwhile. */
function repeatWhenAsked (work: () => Promise<void>, onError: (error: unknown) => void): Housekeeping {
  let running = Promise.resolve()
  const state = { isRunning: false, isStopped: false, isWaiting: false }

  async function repeat () {
    do {
      state.isWaiting = false
      await work()
    } while (state.isWaiting && !state.isStopped)
  }

  function schedule () {
    state.isWaiting = true
    if (state.isRunning || state.isStopped) return
    state.isRunning = true
    running = repeat().catch((error) => { if (!state.isStopped) onError(error) }).finally(() => { state.isRunning = false })
  }

  return { schedule, idle: () => running, stop: () => { state.isStopped = true } }
}
