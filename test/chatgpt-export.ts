/** A conversation as ChatGPT exports it: one chain of turns, the user first. */
export interface Chat { id: string, title?: string, turns: string[], updatedAt?: number }

const START = 1_700_000_000

/** An entry of `conversations.json`, all of it determined by the chat. */
export function chatgptEntry ({ id, title = `Chat ${id}`, turns, updatedAt }: Chat) {
  const nodes = turns.map((text, n) => ({
    id: `${id}-${n}`,
    parent: n === 0 ? `${id}-root` : `${id}-${n - 1}`,
    children: n + 1 < turns.length ? [`${id}-${n + 1}`] : [],
    message: {
      id: `${id}-${n}`,
      author: { role: n % 2 === 0 ? 'user' : 'assistant' },
      create_time: START + n * 60,
      content: { content_type: 'text', parts: [text] },
      metadata: n % 2 === 0 ? {} : { model_slug: 'gpt-4o' }
    }
  }))
  const root = { id: `${id}-root`, parent: null, children: turns.length > 0 ? [`${id}-0`] : [], message: null }
  return {
    id,
    conversation_id: id,
    title,
    create_time: START,
    update_time: updatedAt ?? START + turns.length * 60,
    mapping: Object.fromEntries([root, ...nodes].map((node) => [node.id, node])),
    current_node: nodes.at(-1)?.id ?? root.id
  }
}

/** The text of a `conversations.json`. */
export function chatgptExport (chats: Chat[]) {
  return JSON.stringify(chats.map(chatgptEntry))
}
