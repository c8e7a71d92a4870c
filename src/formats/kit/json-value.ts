import { type JsonObject, type JsonValue } from './draft.js'

/** Whether the value is a JSON object, not null and not an array. */
export function isObject (value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value when it is an object, else an empty one, so that members of damaged parents read as absent. */
export function objectOf (value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** The objects of a list; none when the value is not a list. */
export function objectsOf (value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The string when the value is one with something to read in it, else null. */
export function stringOf (value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** The number when the value is a finite one, else null. */
export function numberOf (value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The object without its undefined and null members. */
export function compact (members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null))
}
