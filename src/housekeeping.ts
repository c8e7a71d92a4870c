import { sweepAccounts } from './accounts/deletion.js'
import { mergeIntoHome, sweepDeleted } from './conversations/sweep.js'
import { abandonImport, resumePublishing } from './imports/commands.js'
import { mergeSearch, rebuildSearch } from './search/index/commands.js'
import { applyTagRenames } from './tags/apply-renames.js'
import type { CommandRunner } from './writer/command.js'
import { reclaimSpace } from './writer/reclaim.js'

/** Work that is repeated when it is asked for. */
interface Loop {
  /** Asks for a run, which starts at once or after the one under way. */
  schedule (): void
  /** Resolves when no run is under way or waiting. */
  idle (): Promise<void>
  /** Whether the last run failed. */
  hasFailed (): boolean
  /** Starts no further run. The next start resumes the work that stopping the writer interrupted. */
  stop (): void
}

/** Upkeep in the background: what other commands left to do later. */
export interface Housekeeping extends Loop {
  /** Leaves a partition that a failed import or copy could not give up itself to the next runs, until one can. */
  discardLater (partitionNo: number): void
}

/** `onError` is called when a run fails; the next one tries again. */
export function createHousekeeping (writer: CommandRunner, onError: (error: unknown) => void): Housekeeping {
  const leftovers = new Set<number>()
  const loops = [
    // On its own: a large sweep takes minutes, and reads take longer while a rename is pending.
    repeatWhenAsked(() => applyTagRenames(writer), onError),
    repeatWhenAsked(async () => {
      for (const partitionNo of leftovers) {
        await abandonImport(writer, { partitionNo })
        leftovers.delete(partitionNo)
      }
      await resumePublishing(writer, { now: Date.now() })
      await mergeIntoHome(writer)
      await sweepDeleted(writer)
      await sweepAccounts(writer)
      await rebuildSearch(writer)
      await mergeSearch(writer)
      await reclaimSpace(writer)
    }, onError)
  ]

  function schedule () {
    for (const loop of loops) loop.schedule()
  }

  return {
    schedule,
    hasFailed: () => loops.some((loop) => loop.hasFailed()),
    discardLater: (partitionNo) => {
      leftovers.add(partitionNo)
      schedule()
    },
    idle: async () => { await Promise.all(loops.map((loop) => loop.idle())) },
    stop: () => { for (const loop of loops) loop.stop() }
  }
}

/** Runs `work` when it is asked for, once at a time, and once more if it was asked for meanwhile. */
function repeatWhenAsked (work: () => Promise<void>, onError: (error: unknown) => void): Loop {
  let running = Promise.resolve()
  const state = { isRunning: false, isStopped: false, isWaiting: false, hasFailed: false }

  async function repeat () {
    try {
      do {
        state.isWaiting = false
        await work()
      } while (state.isWaiting && !state.isStopped)
      state.hasFailed = false
    } catch (error) {
      state.hasFailed = true
      if (!state.isStopped) onError(error)
    } finally {
      // In the same turn as the last look at `isWaiting`, or a call of `schedule` in between would be lost.
      state.isRunning = false
    }
  }

  function schedule () {
    state.isWaiting = true
    if (state.isRunning || state.isStopped) return
    state.isRunning = true
    running = repeat()
  }

  return { schedule, idle: () => running, hasFailed: () => state.hasFailed, stop: () => { state.isStopped = true } }
}
