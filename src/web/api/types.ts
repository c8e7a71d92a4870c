import type { components } from './schema.js'

type Schemas = components['schemas']

/** What the API sends, by the names of its description. */
export type Account = Schemas['User']
export type ApiKey = Schemas['ApiKey']
export type Conversation = Schemas['Conversation']
export type ConversationRow = Schemas['ConversationRow']
export type ExportStatus = Schemas['ExportStatus']
export type FoundMessage = Schemas['FoundMessage']
export type ImportReport = Schemas['ImportReport']
export type ImportStatus = Schemas['ImportStatus']
export type ListedUser = Schemas['ListedUser']
export type Message = Schemas['Message']
export type ServerState = Schemas['ServerState']
export type Session = Schemas['Session']
export type Tag = Schemas['Tag']
