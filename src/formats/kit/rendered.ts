import { type JsonObject } from './draft.js'

/** What a reader sees of a part of a message, and the media it names without carrying their bytes. */
export interface Rendered {
  /** Markdown, with a placeholder like `[image: plant.jpg]` for each medium. */
  text: string
  /** `{kind, pointer?, name?, type?, bytes?, width?, height?, prompt?}`: enough to attach the bytes later. */
  assets: JsonObject[]
}

/** Text without media; null gives an empty text. */
export function renderedText (text: string | null): Rendered {
  return { text: text ?? '', assets: [] }
}

/** Joins the texts with a line break, blank ones left out, and keeps all assets. */
export function joinRendered (parts: readonly Rendered[]): Rendered {
  return {
    text: parts.map(({ text }) => text).filter((text) => text.trim() !== '').join('\n'),
    assets: parts.flatMap(({ assets }) => assets)
  }
}
