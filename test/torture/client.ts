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
      const res = await fetch(url + path, {
        method,
        headers: { ...headers, ...body !== undefined && !isForm && { 'content-type': 'application/json' } },
        ...body !== undefined && { body: isForm ? body : JSON.stringify(body) }
      })
      const parsed = parse(await res.text())
      const code = typeof parsed === 'object' && parsed !== null && 'code' in parsed ? String(parsed.code) : null
      return { status: res.status, code, body: parsed }
    }
  }
}

/** Imports a file with this text, as a browser sends it. */
export function importFile (client: Client, text: string): Promise<Answer> {
  const form = new FormData()
  form.set('file', new Blob([text]), 'conversations.json')
  return client.send('POST', '/api/convos/import', form)
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
