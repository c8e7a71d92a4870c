import { setTimeout as wait } from 'node:timers/promises'
import { PATIENCE_SECONDS } from './program.js'

/** A JSON answer, or the text of another one. */
export interface Answer { status: number, code: string | null, body: unknown }

/** Sends requests of one account. */
export interface Client {
  /** @throws {TypeError} when the connection ends before the answer. */
  send (method: string, path: string, body?: object | FormData): Promise<Answer>
}

const PASSWORD = 'correct horse battery staple'

/** Registers the account of this name unless it is there, and signs in. @throws when the server refuses. */
export async function signIn (url: string, name: string): Promise<Client> {
  const credentials = { email: `${name}@example.test`, password: PASSWORD }
  const anonymous = clientOf(url, {})
  await anonymous.send('POST', '/api/auth/register', credentials)
  const { status, body } = await anonymous.send('POST', '/api/auth/login', credentials)
  if (status !== 200) throw new Error(`Signing in was answered with ${status}: ${JSON.stringify(body)}`)
  const { token } = body as { token: string }
  return clientOf(url, { authorization: `Bearer ${token}` })
}

/** A client that sends these headers with each request. */
export function clientOf (url: string, headers: Record<string, string>): Client {
  return {
    async send (method, path, body) {
      const isForm = body instanceof FormData
      const { status, text } = await patientFetch(url + path, {
        method,
        headers: { ...headers, ...body !== undefined && !isForm && { 'content-type': 'application/json' } },
        ...body !== undefined && { body: isForm ? body : JSON.stringify(body) }
      })
      const parsed = parse(text)
      return { status, code: codeOf(parsed), body: parsed }
    }
  }
}

/** Imports a file with this text, as a browser sends it. */
export function importFile (client: Client, text: string): Promise<Answer> {
  const form = new FormData()
  form.set('file', new Blob([text]), 'conversations.json')
  return client.send('POST', '/api/convos/import', form)
}

/** Sends a request, again while a server on a busy machine sheds load: then it has done nothing. */
export async function patientFetch (url: string, init: RequestInit): Promise<{ status: number, text: string }> {
  for (const end = performance.now() + PATIENCE_SECONDS * 1000; ; await wait(200)) {
    const res = await fetch(url, init)
    const text = await res.text()
    if (res.status !== 503 || codeOf(parse(text)) !== 'BUSY' || performance.now() > end) return { status: res.status, text }
  }
}

function codeOf (body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : null
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
