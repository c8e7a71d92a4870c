import type { ExportFormat } from '../kit/export-format.js'
import { leavesOf, pathTo } from '../kit/branches.js'
import { bodyOf, type StoredConversation } from '../kit/stored.js'
import { visibleText } from '../kit/written-parts.js'

/** Leaves of one conversation that are written at most: each line repeats its whole path, so a bush would fill a disk. */
const MAX_LEAVES = 1000

/** One turn of a line. */
interface Turn { isUser: boolean, text: string }

/**
 * JSON Lines for fine-tuning, one line for each leaf of a conversation: its path as OpenAI's `messages`, or as ShareGPT's
 * `conversations`. Only what is said is written: reasoning, tools and empty messages are left out, and so are lines without
 * an answer.
 */
export const jsonlExport: ExportFormat = {
  name: 'jsonl',
  many: {
    kind: 'text',
    ending: '.jsonl',
    mediaType: 'application/jsonl',
    * write (conversations, { style }) {
      for (const conversation of conversations) {
        const system = conversation.settings.promptPrefix
        for (const leaf of leavesOf(conversation.links).slice(0, MAX_LEAVES)) {
          const turns = turnsTo(conversation, leaf)
          if (turns.some(({ isUser }) => !isUser)) yield `${JSON.stringify(shapes[style](turns, typeof system === 'string' ? system : null))}\n`
        }
      }
    }
  }
}

const shapes = {
  messages: (turns: Turn[], system: string | null) => ({
    messages: [
      ...system === null ? [] : [{ role: 'system', content: system }],
      ...turns.map(({ isUser, text }) => ({ role: isUser ? 'user' : 'assistant', content: text }))
    ]
  }),
  sharegpt: (turns: Turn[], system: string | null) => ({
    ...(system !== null && { system }),
    conversations: turns.map(({ isUser, text }) => ({ from: isUser ? 'human' : 'gpt', value: text }))
  })
}

function turnsTo ({ links, message }: StoredConversation, leaf: number): Turn[] {
  return pathTo(links, leaf).flatMap((index) => {
    const body = bodyOf(message(index))
    const text = visibleText(body)
    return text.trim() === '' ? [] : [{ isUser: body.isCreatedByUser, text }]
  })
}
