import { type ImportFormat, type JsonObject } from './kit/draft.js'
import { aiStudio } from './gemini/read-ai-studio.js'
import { betterchatgpt } from './betterchatgpt/read.js'
import { chatbotui } from './chatbotui/read.js'
import { chatgpt } from './chatgpt/read.js'
import { claude } from './claude/read.js'
import { claudeDesign } from './claude-design/read.js'
import { deepseek } from './deepseek/read.js'
import { deepseekTree } from './deepseek/read-tree.js'
import { dti } from './dti/read.js'
import { geminiApi } from './gemini/read-api.js'
import { generic, genericList } from './generic/read.js'
import { grok } from './grok/read.js'
import { huggingChat } from './huggingchat/read.js'
import { librechat } from './librechat/read.js'
import { lobechat } from './lobechat/read.js'
import { mistral } from './mistral/read.js'
import { openWebUi } from './openwebui/read.js'
import { perplexity } from './perplexity/read.js'
import { takeout } from './gemini/read-takeout.js'
import { typingmind } from './typingmind/read.js'

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
