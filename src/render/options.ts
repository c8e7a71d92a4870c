/** The words the renderer writes into its HTML, in the reader's language. */
export interface RenderLabels {
  /** On the button that copies a block of code; null for no button, where nothing could make it work. */
  copy: string | null
  /** Before the name of a picture that is shown as a link. */
  picture: string
}

/** What a renderer can be given beside the text. */
export interface RendererOptions {
  labels: RenderLabels
  /** Returns the code as HTML with classes, or null for a language it does not know. Without it code stays plain. */
  highlight?: Highlight
  /** Returns a formula as MathML, or null if it cannot be read. Without it formulas are shown as their source. */
  formula?: Formula
}

/** See `RendererOptions.highlight`. */
export type Highlight = (code: string, language: string) => string | null

/** See `RendererOptions.formula`. */
export type Formula = (source: string, isDisplay: boolean) => string | null
