import { type ImportFormat, type JsonObject } from './kit/draft.js'
import { aiStudio } from './gemini/read-ai-studio.js'
import { anythingLlm } from './anythingllm/read.js'
import { betterchatgpt } from './betterchatgpt/read.js'
import { bigagi } from './bigagi/read.js'
import { characterAi } from './character-ai/read.js'
import { chatbotui } from './chatbotui/read.js'
import { chatbox } from './chatbox/read.js'
import { chatgpt } from './chatgpt/read.js'
import { chatgptExporter } from './chatgpt-exporter/read.js'
import { cherry } from './cherry/read.js'
import { claude } from './claude/read.js'
import { claudeCode } from './claude-code/read.js'
import { claudeDesign } from './claude-design/read.js'
import { codex } from './codex/read.js'
import { copilot } from './copilot/read.js'
import { deepseek } from './deepseek/read.js'
import { deepseekTree } from './deepseek/read-tree.js'
import { dti } from './dti/read.js'
import { geminiApi, geminiList } from './gemini/read-api.js'
import { geminiCli, geminiCliLines } from './gemini/read-cli.js'
import { generic, genericList } from './generic/read.js'
import { grok } from './grok/read.js'
import { huggingChat } from './huggingchat/read.js'
import { librechat } from './librechat/read.js'
import { librechatRows } from './librechat/read-rows.js'
import { lmstudio } from './lmstudio/read.js'
import { lobechat } from './lobechat/read.js'
import { messageRows } from './generic/read-rows.js'
import { meta } from './meta/read.js'
import { mistral } from './mistral/read.js'
import { nextchat } from './nextchat/read.js'
import { openAiResponses } from './openai-responses/read.js'
import { openrouter } from './openrouter/read.js'
import { openWebUi } from './openwebui/read.js'
import { parley } from './parley/read.js'
import { perplexity } from './perplexity/read.js'
import { perplexityOfficial } from './perplexity/read-official.js'
import { sharegpt } from './sharegpt/read.js'
import { sillytavern } from './sillytavern/read.js'
import { takeout } from './gemini/read-takeout.js'
import { typingmind } from './typingmind/read.js'
import { vscode } from './vscode/read.js'

/**
 * Every format, the first match wins: one whose structure is a special case of another stands before it.
 * A new format is one import and one entry here.
 */
export const formats: readonly ImportFormat[] = [
  parley,
  deepseek,
  deepseekTree,
  chatgpt,
  grok,
  perplexityOfficial,
  perplexity,
  aiStudio,
  geminiApi,
  lobechat,
  typingmind,
  cherry,
  chatbox,
  nextchat,
  bigagi,
  lmstudio,
  openrouter,
  vscode,
  chatgptExporter,
  characterAi,
  meta,
  sharegpt,
  openAiResponses,
  betterchatgpt,
  dti,
  claude,
  claudeDesign,
  claudeCode,
  codex,
  geminiCli,
  geminiCliLines,
  openWebUi,
  librechat,
  librechatRows,
  huggingChat,
  mistral,
  takeout,
  chatbotui,
  copilot,
  sillytavern,
  anythingLlm,
  geminiList,
  messageRows,
  generic,
  genericList
]

/** The format of one element, decided by its structure alone; null when none fits. */
export function detectFormat (element: JsonObject): ImportFormat | null {
  return formats.find((format) => format.matches(element)) ?? null
}
