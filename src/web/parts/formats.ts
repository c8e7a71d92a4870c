const names: Record<string, string> = {
  betterchatgpt: 'BetterChatGPT',
  chatbotui: 'Chatbot UI',
  chatgpt: 'ChatGPT',
  claude: 'Claude',
  deepseek: 'DeepSeek',
  gemini: 'Gemini',
  grok: 'Grok',
  huggingchat: 'HuggingChat',
  librechat: 'LibreChat',
  lobechat: 'LobeChat',
  mistral: 'Mistral Le Chat',
  openwebui: 'Open WebUI',
  perplexity: 'Perplexity',
  typingmind: 'TypingMind'
}

/** The formats of an import as people call them; those that have no name here by the server's word. */
export function formatNames (formats: string): string {
  return formats.split(/, */).map((format) => names[format] ?? format).join(', ')
}
