import type { conversations } from '../db/schema.js'

/** The type of a setting. `strings` is a list of strings, `json` any JSON. */
export type SettingKind = 'string' | 'number' | 'boolean' | 'strings' | 'json'

interface Setting {
  kind: SettingKind
  /** The column of a setting that lists show. The others are members of one JSON object, in the column `settings`. */
  column?: keyof typeof conversations.$inferSelect
}

const string = { kind: 'string' } as const
const number = { kind: 'number' } as const
const boolean = { kind: 'boolean' } as const
const strings = { kind: 'strings' } as const

/**
 * The settings of a conversation, by LibreChat's names. The schema of a conversation, what an import keeps and the columns are
 * made from this list. Other members of a file are dropped, so no file can set the owner or other internals.
 */
export const conversationSettings = {
  modelLabel: string,
  chatGptLabel: string,
  promptPrefix: string,
  system: string,
  instructions: string,
  greeting: string,
  spec: { kind: 'string', column: 'spec' },
  iconURL: { kind: 'string', column: 'iconUrl' },
  temperature: number,
  top_p: number,
  topP: number,
  topK: number,
  presence_penalty: number,
  frequency_penalty: number,
  maxOutputTokens: number,
  maxTokens: number,
  max_tokens: number,
  maxContextTokens: number,
  fileTokenLimit: number,
  thinkingBudget: number,
  promptCache: boolean,
  thinking: boolean,
  resendFiles: boolean,
  resendImages: boolean,
  useResponsesApi: boolean,
  web_search: boolean,
  url_context: boolean,
  disableStreaming: boolean,
  promptCacheTtl: string,
  thinkingLevel: string,
  effort: string,
  imageDetail: string,
  reasoning_effort: string,
  reasoning_summary: string,
  verbosity: string,
  region: string,
  stop: strings,
  tools: strings,
  examples: { kind: 'json' },
  agent_id: { kind: 'string', column: 'agentId' },
  assistant_id: { kind: 'string', column: 'assistantId' },
  endpointType: { kind: 'string', column: 'endpointType' },
  file_ids: strings
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof conversationSettings

type ColumnOf<S> = S extends { column: infer Column } ? Column : never

/** A column that holds a setting. */
export type SettingColumn = ColumnOf<typeof conversationSettings[SettingName]>

/** The settings that have a column of their own. */
export const settingColumns = Object.entries(conversationSettings)
  .flatMap(([name, setting]): Array<[name: string, column: SettingColumn]> => 'column' in setting ? [[name, setting.column]] : [])
