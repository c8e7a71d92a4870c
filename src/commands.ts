import { accountCommands } from './accounts/commands.js'
import { conversationCommands } from './conversations/commands.js'
import { sweepCommands } from './conversations/sweep.js'
import { copyCommands } from './copies/commands.js'
import { importCommands } from './imports/commands.js'
import { messageCommands } from './messages/commands.js'
import { searchCommands } from './search/index/commands.js'
import { tagCommands } from './tags/commands.js'
import { titleCommands } from './titles/commands.js'
import type { Command } from './writer/command.js'
import { ping, probe } from './writer/ping.js'
import { reclaimSpace } from './writer/reclaim.js'

/** Every write there is. The writer runs what is listed here, and nothing else. */
export const commands: readonly Command[] = [
  ping,
  probe,
  reclaimSpace,
  ...accountCommands,
  ...conversationCommands,
  ...sweepCommands,
  ...messageCommands,
  ...copyCommands,
  ...tagCommands,
  ...titleCommands,
  ...importCommands,
  ...searchCommands
]

/** Where the writer thread imports this list from. */
export const moduleUrl = import.meta.url
