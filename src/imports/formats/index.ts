import { type ImportFormat, type JsonObject } from '../draft.js'
import { aiStudio } from './ai-studio.js'
import { betterchatgpt } from './betterchatgpt.js'
import { chatbotui } from './chatbotui.js'
import { chatgpt } from './chatgpt.js'
import { claude } from './claude.js'
import { claudeDesign } from './claude-design.js'
import { deepseek } from './deepseek.js'
import { deepseekTree } from './deepseek-tree.js'
import { dti } from './dti.js'
import { geminiApi } from './gemini-api.js'
import { generic, genericList } from './generic.js'
import { grok } from './grok.js'
import { huggingChat } from './huggingchat.js'
import { librechat } from './librechat.js'
import { lobechat } from './lobechat.js'
import { mistral } from './mistral.js'
import { openWebUi } from './openwebui.js'
import { perplexity } from './perplexity.js'
import { takeout } from './takeout.js'
import { typingmind } from './typingmind.js'

/**
 * Every format, the first match wins: one whose structure is a special case of another stands before it.
 * A new format is one import and one entry here.
 */
export const formats: readonly ImportFormat[] = [
  grok,
  perplexity,
  aiStudio,
  geminiApi,
  lobechat,
  typingmind,
  betterchatgpt,
  dti,
  claude,
  claudeDesign,
  openWebUi,
  deepseek,
  deepseekTree,
  chatgpt,
  librechat,
  huggingChat,
  mistral,
  takeout,
  chatbotui,
  generic,
  genericList
]

/** The format of one element, decided by its structure alone; null when none fits. */
export function detectFormat (element: JsonObject): ImportFormat | null {
  return formats.find((format) => format.matches(element)) ?? null
}
