/** The name of Parley's own format, and the source of conversations that were made in a Parley. */
export const SOURCE = 'parley'

/** The version of the format. A reader refuses later ones. */
export const FORMAT_VERSION = 1

/** One JSON object a line, each a conversation or more of it. */
export const CONVERSATIONS_FILE = 'conversations.ndjson'

/** Counts and hashes of the other file. */
export const MANIFEST_FILE = 'manifest.json'
