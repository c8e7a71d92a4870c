import { fencedDocument } from './fence.js'

/** Each tag ends at its closing tag or with the text, so that a text full of opening ones is still read in one pass. */
const artifact = /<(antArtifact|xaiArtifact)\b([^<>]*?)(?:\/>|>([\s\S]*?)(?:<\/\1>|$))\s*/g
const attribute = /([\w-]{1,40})="([^"]*)"/g

const languages: Record<string, string> = {
  'application/vnd.ant.react': 'jsx',
  'application/vnd.ant.mermaid': 'mermaid',
  'text/markdown': 'markdown',
  'text/html': 'html',
  'text/css': 'css',
  'image/svg+xml': 'svg'
}

/** The text with documents in `<antArtifact>` and `<xaiArtifact>`, which Markdown would hide, as fenced blocks under their titles. */
export function showArtifacts (text: string): string {
  const shown = text.replace(artifact, (_tag, _name, attributes: string, content?: string) => {
    const given = new Map([...attributes.matchAll(attribute)].map(([, name, value]) => [name ?? '', value ?? '']))
    const title = given.get('title') ?? given.get('identifier') ?? given.get('artifact_id') ?? ''
    const type = given.get('type') ?? given.get('contentType') ?? ''
    const document = content === undefined ? title : artifactDocument(title, content.replace(/^\n|\n$/g, ''), type, given.get('language') ?? null)
    return `${document}\n\n`
  })
  return shown === text ? text : shown.trimEnd()
}

/** A document that a model made beside the conversation, `type` being its MIME type. */
export function artifactDocument (title: string, content: string, type: string, language: string | null): string {
  return fencedDocument(title, content, language ?? languageOf(type))
}

function languageOf (type: string): string | null {
  return Object.hasOwn(languages, type) ? languages[type] ?? null : /^text\/(?:x-)?(\w{1,20})$/.exec(type)?.[1] ?? null
}
