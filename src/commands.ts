import { accountCommands } from './accounts/commands.js'
import { conversationCommands } from './conversations/commands.js'
import { copyCommands } from './copies/commands.js'
import { importCommands } from './imports/commands.js'
import { housekeepingCommands } from './writer/housekeeping.js'
import { messageCommands } from './messages/commands.js'
import { searchCommands } from './search/index/commands.js'
import { tagCommands } from './tags/commands.js'
import { titleCommands } from './titles/commands.js'
import type { CommandTable, InputOf } from './writer/command.js'

/** Every write there is, by the name it travels under. */
export const commands = {
  ...accountCommands,
  ...conversationCommands,
  ...copyCommands,
  ...messageCommands,
  ...tagCommands,
  ...titleCommands,
  ...importCommands,
  ...searchCommands,
  ...housekeepingCommands
} as const satisfies CommandTable

export type Commands = typeof commands

/** The commands that take long, and the lane each runs in (`executor.ts`). */
const lanes: { [Name in keyof Commands]?: (input: InputOf<Commands[Name]>) => string } = {
  sweepDeleted: () => 'sweep',
  settlePartitions: () => 'settle',
  rebuildSearch: () => 'index',
  mergeSearch: () => 'index',
  stageConversations: ({ partitionNo }) => `stage ${partitionNo}`,
  continueCopy: ({ partitionNo }) => `copy ${partitionNo}`,
  archiveAllConversations: ({ userNo }) => `archive ${userNo}`
}

export function isCommandName (name: string): name is keyof Commands & string {
  return Object.hasOwn(commands, name)
}

/** The lane of a bulk command, or null for a short one. */
export function bulkLane <Name extends keyof Commands> (name: Name, input: InputOf<Commands[Name]>): string | null {
  return lanes[name]?.(input) ?? null
}
