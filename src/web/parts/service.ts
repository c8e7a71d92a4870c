import type { ConversationRow } from '../api/types.js'

const services: Record<string, string> = {
  openAI: 'OpenAI',
  azureOpenAI: 'Azure OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  bedrock: 'Bedrock',
  assistants: 'Assistants',
  azureAssistants: 'Azure Assistants',
  agents: 'Agents',
  deepseek: 'DeepSeek',
  huggingface: 'Hugging Face',
  xai: 'xAI',
  custom: 'Custom'
}

/** Whom a conversation was with, as people call it: the model, else the service. */
export function serviceOf ({ endpoint, model }: Pick<ConversationRow, 'endpoint' | 'model'>): string {
  return model || (endpoint ? serviceName(endpoint) : '')
}

/** A service as people call it. */
export function serviceName (endpoint: string): string {
  return services[endpoint] ?? endpoint
}
