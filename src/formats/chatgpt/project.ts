import type { JsonObject } from '../kit/draft.js'
import { objectOf, stringOf } from '../kit/json-value.js'

/** Ids of projects begin with `g-p-`; other ids in the same members are of custom GPTs. A name in words may follow. */
const projectId = /^g-p-([0-9a-z]+)(?:-(.+))?$/i

/** Characters of an id that tell the projects of one account apart. */
const SHOWN_ID_CHARACTERS = 6

/**
 * The tag for the project of a conversation, or null. Exports seldom have the project's name. Without one the tag is
 * "Project" and the start of its id: the chats of a project stay together, and the tag can be renamed.
 */
export function projectTag ({ gizmo_id: gizmo, conversation_template_id: template, project, project_name: projectName }: JsonObject): string | null {
  const name = stringOf(objectOf(project).name) ?? stringOf(projectName)
  if (name !== null) return name
  const [match] = [gizmo, template].map((id) => projectId.exec(stringOf(id) ?? '')).filter((match) => match !== null)
  if (match === undefined) return null
  const [, id = '', words] = match
  return words === undefined ? `Project ${id.slice(0, SHOWN_ID_CHARACTERS)}` : words.replaceAll('-', ' ')
}
