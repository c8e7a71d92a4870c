import { type JsonObject, type JsonValue } from '../kit/draft.js'
import { isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'

/** An assistant of LobeChat, which holds the conversations with it. */
export interface LobeSession {
  title: string | null
  model: string | null
  provider: string | null
  systemRole: string | null
  params: JsonObject
  pinned: boolean
  /** The name of its group and its own tags. */
  tags: string[]
}

/** What conversations need of either kind of LobeChat's files; nothing else in them is looked at, as secrets are among it. */
export interface LobeTables {
  messages: JsonValue | undefined
  topics: JsonObject[]
  sessions: Map<string, LobeSession>
  /** For each thread, a side branch, the message it hangs on. */
  threads: Map<string, string>
  /** Calls of plugins by the tool message that answers them. */
  plugins: Map<string, JsonObject>
  translations: Map<string, string>
  files: Map<string, JsonObject>
  /** Ids of the files of each message. */
  messageFiles: Map<string, string[]>
}

/** The tables of a database dump (`data`) or of a client's export (`state`). */
export function readTables (file: JsonObject): LobeTables {
  const tables = isObject(file.data) ? file.data : objectOf(file.state)
  const groups = byId(tables.sessionGroups)
  return {
    messages: tables.messages,
    topics: objectsOf(tables.topics),
    sessions: readSessions(tables, groups),
    threads: pairs(objectsOf(tables.threads), 'id', 'sourceMessageId'),
    plugins: byId(tables.messagePlugins),
    translations: pairs(objectsOf(tables.messageTranslates), 'id', 'content'),
    files: new Map([...byId(tables.files), ...byId(tables.globalFiles)]),
    messageFiles: lists(objectsOf(tables.messagesFiles), 'messageId', 'fileId')
  }
}

/** Sessions by their ids, and agents by theirs, as the newest messages name the agent alone. */
function readSessions (tables: JsonObject, groups: ReadonlyMap<string, JsonObject>): Map<string, LobeSession> {
  const agents = byId(tables.agents)
  const agentOf = pairs(objectsOf(tables.agentsToSessions), 'sessionId', 'agentId')
  const sessions = new Map<string, LobeSession>()
  for (const [id, agent] of agents) sessions.set(id, readSession({}, agent, null))
  for (const [id, session] of byId(tables.sessions)) {
    const group = groups.get(stringOf(session.groupId) ?? stringOf(session.group) ?? '')
    sessions.set(id, readSession(session, agents.get(agentOf.get(id) ?? '') ?? {}, stringOf(group?.name)))
  }
  return sessions
}

function readSession (session: JsonObject, agent: JsonObject, group: string | null): LobeSession {
  const meta = objectOf(session.meta)
  const config = objectOf(session.config)
  const [title, model, provider, systemRole] = ['title', 'model', 'provider', 'systemRole'].map((name) =>
    [session, meta, config, agent].map((place) => stringOf(place[name])).find((text) => text !== null) ?? null)
  return {
    title: title ?? null,
    model: model ?? null,
    provider: provider ?? null,
    systemRole: systemRole ?? null,
    params: { ...objectOf(agent.params), ...objectOf(config.params) },
    pinned: session.pinned === true || session.pinned === 1,
    tags: [group, ...[meta.tags, agent.tags].flatMap((tags) => Array.isArray(tags) ? tags.map(stringOf) : [])].filter((tag) => tag !== null)
  }
}

function byId (rows: JsonValue | undefined): Map<string, JsonObject> {
  return new Map(objectsOf(rows).flatMap((row) => typeof row.id === 'string' ? [[row.id, row]] : []))
}

function pairs (rows: readonly JsonObject[], key: string, value: string): Map<string, string> {
  return new Map(rows.flatMap(({ [key]: from, [value]: to }) => typeof from === 'string' && typeof to === 'string' ? [[from, to]] : []))
}

function lists (rows: readonly JsonObject[], key: string, value: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { [key]: from, [value]: to } of rows) {
    if (typeof from !== 'string' || typeof to !== 'string') continue
    const list = found.get(from)
    if (list === undefined) found.set(from, [to])
    else list.push(to)
  }
  return found
}
