import { type SettingKind, conversationSettings } from '../conversations/settings.js'
import { type JsonObject, type JsonValue } from '../formats/kit/draft.js'
import { repairJson, repairText } from '../formats/kit/text.js'

/** The members of a file's settings that a conversation may carry, each of its own kind; the rest is dropped. */
export function pickSettings (settings: JsonObject): JsonObject {
  const picked: JsonObject = {}
  for (const [name, { kind }] of Object.entries(conversationSettings)) {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined
    const fitting = value === undefined ? undefined : fit(kind, value)
    if (fitting !== undefined) picked[name] = fitting
  }
  return picked
}

function fit (kind: SettingKind, value: JsonValue): JsonValue | undefined {
  switch (kind) {
    case 'string': return typeof value === 'string' ? repairText(value) : undefined
    case 'number': return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    case 'boolean': return typeof value === 'boolean' ? value : undefined
    case 'strings': return Array.isArray(value) ? value.filter((item) => typeof item === 'string').map(repairText) : undefined
    case 'json': return value === null ? undefined : repairJson(value)
  }
}
