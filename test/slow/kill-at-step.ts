import { commands as serverCommands } from '../../src/commands.js'
import { rebuildSearch } from '../../src/search/index/commands.js'
import { isPreviousInUse } from '../../src/search/index/previous.js'
import { defineCommand } from '../../src/writer/command.js'

/*
 * The commands of the server, with a rebuild of the search index that ends its process by SIGKILL. KILL_PHASE is `filling`, while
 * the previous index is in use, or `removing`, after that. KILL_STEP counts the steps of the phase. Without them nothing is killed.
 */

const { KILL_PHASE, KILL_STEP } = process.env

const killedRebuild = defineCommand({
  ...rebuildSearch.definition,
  * run (db): Generator<void, void, void> {
    let left = Number(KILL_STEP)
    for (const steps = rebuildSearch.run(db); !steps.next().done;) {
      yield
      const phase = isPreviousInUse(db) ? 'filling' : 'removing'
      if (phase === KILL_PHASE && --left === 0) process.kill(process.pid, 'SIGKILL')
    }
  }
})

export const commands = serverCommands.map((command) => command.definition.name === rebuildSearch.definition.name ? killedRebuild : command)

export const moduleUrl = import.meta.url
