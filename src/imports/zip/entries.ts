import { basename, dirname } from 'node:path/posix'
import type { JsonValue } from '../../formats/kit/draft.js'
import { objectOf } from '../../formats/kit/json-value.js'

interface Named { fileName: string }

/** Which entries of an archive to read, in reading order. */
export interface Selection<T> {
  /** History files by their well-known names: what is wrong with one is wrong with the upload. */
  histories: T[]
  /** Other JSON files, to be judged by what is in them: exporters name them as they like. */
  candidates: T[]
  /** Archives inside the archive. */
  archives: T[]
}

/** ChatGPT's list of the files in its export, where there is one. */
export function findManifest <T extends Named> (entries: readonly T[]): T | undefined {
  return entries.find(({ fileName }) => isVisible(fileName) && basename(fileName) === 'export_manifest.json')
}

/**
 * Chooses what to read. A manifest lists the shards of the history; without one they are known by their names,
 * whatever folder they are in, and come in numeric order. Everything else comes in the order of the archive.
 */
export function selectEntries <T extends Named> (entries: readonly T[], manifest: JsonValue = null): Selection<T> {
  const visible = entries.filter(({ fileName }) => isVisible(fileName))
  const shards = visible
    .flatMap((entry) => {
      const number = shardNumber(entry.fileName)
      return number === null ? [] : [{ entry, number }]
    })
    .sort((a, b) => a.number - b.number)
    .map(({ entry }) => entry)
  const listed = listedFiles(entries, manifest)
  const histories = listed.length > 0 ? listed : shards
  // Claude keeps one kind of chat beside conversations.json; nothing else beside a known history is one.
  const rest = histories.length === 0 ? visible : visible.filter(({ fileName }) => basename(dirname(fileName)) === 'design_chats')
  return {
    histories,
    candidates: rest.filter(({ fileName }) => /\.json$/i.test(fileName)),
    archives: rest.filter(({ fileName }) => /\.zip$/i.test(fileName))
  }
}

/** macOS keeps a shadow of every file in `__MACOSX` and in `._*`. */
function isVisible (name: string) {
  return !name.endsWith('/') && !name.split('/').some((part) => part === '__MACOSX' || part.startsWith('.'))
}

/** The number of `conversations-<number>.json`; `conversations.json` itself comes before all of them. */
function shardNumber (name: string): number | null {
  const match = /^conversations(?:-(\d{1,9}))?\.json$/i.exec(basename(name))
  return match === null ? null : Number(match[1] ?? -1)
}

/** The entries that `logical_files["conversations.json"].files` names, relative to the manifest, as far as they exist. */
function listedFiles <T extends Named> (entries: readonly T[], manifest: JsonValue): T[] {
  const { files } = objectOf(objectOf(objectOf(manifest).logical_files)['conversations.json'])
  if (!Array.isArray(files)) return []
  const folder = dirname(findManifest(entries)?.fileName ?? '')
  const byName = new Map(entries.map((entry) => [entry.fileName, entry]))
  const found = files.map((file) => byName.get(folder === '.' ? String(file) : `${folder}/${String(file)}`))
  return [...new Set(found.filter((entry) => entry !== undefined))]
}
