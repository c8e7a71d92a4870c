import type { JsonObject, Sidecar } from '../kit/draft.js'
import { objectsOf } from '../kit/json-value.js'

/** What people find beside their history of Google Takeout and pick by mistake. */
export const takeoutSidecars: readonly Sidecar[] = [
  {
    what: 'a Gem of Gemini, or a list of them, which holds instructions only',
    take: 'MyActivity.json of "My Activity > Gemini Apps" in Google Takeout',
    matches: (value) => isGem(value) || objectsOf(value.gems).some(isGem)
  }
]

/** What people find beside their sessions of Gemini CLI and pick by mistake. */
export const geminiCliSidecars: readonly Sidecar[] = [
  {
    what: 'the list of prompts typed into Gemini CLI (logs.json), without the answers',
    take: 'the folder "chats" beside it as a zip, or a file in it',
    matches: isPromptLog
  }
]

function isGem ({ name, instructions }: JsonObject): boolean {
  return typeof name === 'string' && typeof instructions === 'string'
}

/** Whether this is an entry of `logs.json`, which has prompts only and counts them. */
export function isPromptLog ({ sessionId, messageId, type, message }: JsonObject): boolean {
  return typeof sessionId === 'string' && typeof messageId === 'number' && type === 'user' && typeof message === 'string'
}
