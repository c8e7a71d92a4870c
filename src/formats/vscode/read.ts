import { type ContentPart, type ImportFormat, type JsonObject, type JsonValue, type MessageDraft } from '../kit/draft.js'
import { fence } from '../kit/fence.js'
import { compact, isObject, objectOf, objectsOf, stringOf } from '../kit/json-value.js'
import { leafName } from '../kit/media.js'
import { toolText } from '../kit/message-content.js'
import { callPart, errorPart, fromParts, textPart, thinkPart } from '../kit/message-parts.js'

/**
 * VS Code's "Export Chat" of GitHub Copilot: `requests`, each with a question and the pieces of its answer.
 *
 * Pieces without a kind, and `markdownContent`, are Markdown in pieces that run on. References stand in their sentence as
 * names. Invocations of tools are calls, `thinking` is thought, edited files are fenced code. The rest is left out.
 */
export const vscode: ImportFormat = {
  name: 'vscode-copilot',
  label: 'VS Code Copilot Chat',

  matches ({ requests }) {
    return Array.isArray(requests) && requests.some((request) => isObject(request) && 'message' in request && 'response' in request)
  },

  convert (element, { fileTitle }) {
    const requests = objectsOf(element.requests)
    const messages = requests.flatMap((request, index) => readRequest(request, index))
    return [{
      sourceId: stringOf(element.sessionId),
      title: stringOf(element.customTitle) ?? (/^chat[-_ ]?(?:\(?\d+\)?)?$/i.test(fileTitle ?? '') ? null : fileTitle),
      endpoint: 'GitHub Copilot',
      model: messages.findLast(({ model }) => model)?.model ?? null,
      createdAt: element.creationDate ?? requests[0]?.timestamp,
      updatedAt: element.lastMessageDate,
      settings: { endpointType: 'custom' },
      messages
    }]
  }
}

function readRequest (request: JsonObject, index: number): MessageDraft[] {
  const { timestamp } = request
  const result = objectOf(request.result)
  const error = stringOf(objectOf(result.errorDetails).message)
  const answer = [...readPieces(request.response), ...(error === null ? [] : [errorPart(error)])]
  const question = `${index}`
  return [
    {
      key: question,
      parent: index === 0 ? null : `${index - 1} answer`,
      ...fromParts([textPart(promptOf(request.message))]),
      sourceId: stringOf(request.requestId),
      isCreatedByUser: true,
      sender: 'user',
      createdAt: timestamp,
      metadata: compact({ files: namesOf(request.variableData) })
    },
    {
      key: `${index} answer`,
      parent: question,
      ...fromParts(answer),
      sourceId: stringOf(request.responseId) ?? stringOf(request.requestId),
      isCreatedByUser: false,
      sender: 'GitHub Copilot',
      model: stringOf(request.modelId)?.replace(/^copilot\//, '') ?? null,
      createdAt: timestamp,
      unfinished: request.isCanceled === true,
      error: error !== null && answer.length === 1
    }
  ]
}

function promptOf (message: JsonValue | undefined): string {
  if (!isObject(message)) return stringOf(message) ?? ''
  return stringOf(message.text) ?? objectsOf(message.parts).map(({ text }) => typeof text === 'string' ? text : '').join('')
}

function namesOf (variables: JsonValue | undefined): JsonValue {
  const names = objectsOf(objectOf(variables).variables).map(({ name }) => stringOf(name)).filter((name) => name !== null)
  return names.length > 0 ? names : null
}

/** The pieces as parts, Markdown that runs on as one. */
function readPieces (response: JsonValue | undefined): ContentPart[] {
  const parts: ContentPart[] = []
  let prose = ''
  const endProse = () => {
    if (prose.trim() !== '') parts.push(textPart(prose.trim()))
    prose = ''
  }
  const pieces = Array.isArray(response) ? response : []
  const hasEdits = pieces.some((piece) => isObject(piece) && (piece.kind === 'textEditGroup' || piece.kind === 'codeblockUri'))
  for (const piece of pieces) {
    // Edits stand in fences, which are part of the Markdown before and after them.
    if (hasEdits && isObject(piece) && isFence(piece)) continue
    const read = isObject(piece) ? readPiece(piece) : stringOf(piece) ?? ''
    if (typeof read === 'string') {
      prose += read
    } else if (read !== null) {
      endProse()
      const last = parts.at(-1)
      if (last?.type === 'think' && read.type === 'think') parts[parts.length - 1] = thinkPart(`${String(last.think)}${String(read.think)}`)
      else parts.push(read)
    }
  }
  endProse()
  return parts
}

function isFence (piece: JsonObject): boolean {
  return (piece.kind === undefined || piece.kind === 'markdownContent') && /^\s*```\s*$/.test(markdown(piece.kind === undefined ? piece : objectOf(piece.content)))
}

/** Markdown, a part, or null for machinery. */
function readPiece (piece: JsonObject): string | ContentPart | null {
  switch (piece.kind) {
    case undefined: return markdown(piece)
    case 'markdownContent': return markdown(objectOf(piece.content))
    case 'markdownVuln': return markdown(objectOf(piece.content))
    case 'inlineReference': return `\`${referenceName(piece)}\``
    case 'thinking': return thinkPart(Array.isArray(piece.value) ? piece.value.map(stringOf).join('') : stringOf(piece.value))
    case 'toolInvocation':
    case 'toolInvocationSerialized': return readCall(piece)
    case 'textEditGroup': return readEdit(piece)
    case 'warning': return `\n\n${markdown(objectOf(piece.content))}\n\n`
  }
  return null
}

function markdown ({ value }: JsonObject): string {
  return typeof value === 'string' ? value : ''
}

function referenceName (piece: JsonObject): string {
  const reference = objectOf(piece.inlineReference)
  const place = objectOf(reference.uri ?? objectOf(reference.location).uri ?? reference)
  return stringOf(piece.name) ?? stringOf(reference.name) ?? leafName(place.path) ?? leafName(place.fsPath) ?? 'file'
}

function readCall (piece: JsonObject): ContentPart {
  const details = objectOf(piece.resultDetails)
  const done = textOf(piece.pastTenseMessage) ?? textOf(piece.invocationMessage) ?? ''
  const terminal = stringOf(objectOf(objectOf(piece.toolSpecificData).terminalCommandOutput).text)
  const output = objectsOf(details.output).map(({ value }) => stringOf(value)).filter((text) => text !== null).join('\n') || (terminal ?? '')
  const input = stringOf(details.input) ?? stringOf(objectOf(objectOf(piece.toolSpecificData).commandLine).original)
  return callPart({ id: stringOf(piece.toolCallId), name: stringOf(piece.toolId) ?? 'tool', args: input ?? toolText(objectOf(piece.toolSpecificData).rawInput) }, output === '' ? done : output)
}

function textOf (message: JsonValue | undefined): string | null {
  return isObject(message) ? stringOf(message.value) : stringOf(message)
}

function readEdit (piece: JsonObject): string {
  const texts = (Array.isArray(piece.edits) ? piece.edits : []).flatMap(objectsOf).map(({ text }) => typeof text === 'string' ? text : '')
  const name = leafName(objectOf(piece.uri).path) ?? 'file'
  return texts.join('').trim() === '' ? '' : `\n\n${name}\n${fence(texts.join(''), null)}\n\n`
}
