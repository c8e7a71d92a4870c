import { basename, dirname } from 'node:path/posix'
import type { JsonValue } from '../../formats/kit/draft.js'
import { objectOf } from '../../formats/kit/json-value.js'
import type { Gate } from './budget.js'

/** What an entry may be, judged by its name alone. */
export type EntryKind =
  /** Directories, shadows, pictures, documents: never looked at. */
  | 'other'
  /** A file that may hold a history. */
  | 'text'
  /** A page, which holds one only where Google Takeout wrote it. */
  | 'page'
  /** A file without an ending, which may be JSON as Google Drive keeps it. */
  | 'unnamed'
  | 'archive'
  /** An archive of a kind that is not opened. */
  | 'closed'

/**
 * The kind of an entry. macOS keeps a shadow of every file in `__MACOSX` and in `._*`. Files in hidden folders are looked
 * at, because coding agents keep their sessions in one.
 */
export function kindOfEntry (name: string): EntryKind {
  if (name.endsWith('/') || name.split('/').includes('__MACOSX') || basename(name).startsWith('.')) return 'other'
  // A dot and anything but a few letters and digits is no ending: "Notes on v1.5 and later".
  const ending = /\.([a-z0-9]{1,8})$/i.exec(basename(name))?.[1]?.toLowerCase()
  if (ending === undefined || /^\d+$/.test(ending)) return 'unnamed'
  if (['json', 'jsonl', 'ndjson', 'csv'].includes(ending)) return 'text'
  if (['html', 'htm'].includes(ending)) return 'page'
  if (['zip', 'tar', 'tgz', 'gz'].includes(ending)) return 'archive'
  return ['7z', 'rar', 'xz', 'bz2', 'zst'].includes(ending) ? 'closed' : 'other'
}

/** What lets an entry in by its first bytes, where its name does not say enough. */
export const gates: Partial<Record<EntryKind, Gate>> = {
  // The rest of ChatGPT's chat.html is as large as its history.
  page: (head) => /mdl-|outer-cell|content-cell/.test(head.toString('latin1')),
  unnamed: (head) => /^(?:\xef\xbb\xbf)?\s*[[{]/.test(head.subarray(0, 256).toString('latin1'))
}

interface Named { name: string }

/** ChatGPT's list of the files in its export. */
export function isManifest (name: string): boolean {
  return basename(name) === 'export_manifest.json'
}

/** Whether the name is that of a history, or of a part of one. */
export function isHistoryName (name: string): boolean {
  return shardNumber(name) !== null
}

/**
 * The files in the order in which they are read. Histories with well-known names come first, in the order of a manifest or
 * else of their numbers. Everything else follows in the order of the archive.
 */
export function inReadingOrder <T extends Named> (files: readonly T[], manifests: ReadonlyArray<{ name: string, value: JsonValue }>): Array<T & { isHistory: boolean }> {
  const listed = manifests.flatMap(({ name, value }) => listedFiles(files, name, value))
  const shards = files
    .filter(({ name }) => isHistoryName(name))
    .sort((a, b) => (shardNumber(a.name) ?? 0) - (shardNumber(b.name) ?? 0))
  const histories = new Set([...listed, ...shards])
  return [
    ...[...histories].map((file) => ({ ...file, isHistory: true })),
    ...files.filter((file) => !histories.has(file)).map((file) => ({ ...file, isHistory: false }))
  ]
}

/** The number of `conversations-<number>.json`; `conversations.json` itself comes before all of them. */
function shardNumber (name: string): number | null {
  const match = /^conversations(?:-(\d{1,9}))?\.json$/i.exec(basename(name))
  return match === null ? null : Number(match[1] ?? -1)
}

/** The entries that `logical_files["conversations.json"].files` names, relative to the manifest, as far as they exist. */
function listedFiles <T extends Named> (files: readonly T[], manifest: string, value: JsonValue): T[] {
  const { files: names } = objectOf(objectOf(objectOf(value).logical_files)['conversations.json'])
  if (!Array.isArray(names)) return []
  const folder = dirname(manifest)
  const byName = new Map(files.map((file) => [file.name, file]))
  return names.map((name) => byName.get(folder === '.' ? String(name) : `${folder}/${String(name)}`)).filter((file) => file !== undefined)
}
