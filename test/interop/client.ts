import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import axios, { isAxiosError } from 'axios'
import { dataService, request, setTokenHeader, type TUser } from 'librechat-data-provider'
import type { Test } from 'tap'
import type { Config } from '../../src/config.js'
import { build } from '../helper.js'

export const account = {
  email: 'ada@example.test', name: 'Ada Lovelace', username: 'ada', password: 'correct horse battery staple', confirm_password: 'correct horse battery staple'
}

/**
 * A listening server on a file, and LibreChat's client library pointed at it. The library has one configuration for
 * the whole process, so one test uses it at a time. Cookies are kept here, as a browser would keep them.
 */
export async function connectLibrary (t: Test, overrides: Partial<Config> = {}) {
  const { server } = await build(t, { DATABASE_PATH: join(t.testdir(), 'parley.db'), ...overrides })
  const cookies = new Map<string, string>()
  axios.defaults.baseURL = await server.listen({ port: 0, host: '127.0.0.1' })
  const sending = axios.interceptors.request.use((config) => {
    if (cookies.size > 0) config.headers.set('Cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    return config
  })
  const receiving = axios.interceptors.response.use((response) => {
    for (const cookie of response.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  })
  t.teardown(() => {
    setTokenHeader(undefined)
    axios.interceptors.request.eject(sending)
    axios.interceptors.response.eject(receiving)
  })
  return { server, cookies }
}

/** Makes the account and signs in, as the library's forms do. */
export async function signUp (): Promise<TUser> {
  await dataService.register(account)
  const { token, user } = await dataService.login({ email: account.email, password: account.password })
  if (token === undefined || !user) throw new Error('Signing in gives no token')
  setTokenHeader(token)
  return user
}

/** The status that the library's caller sees; 0 when all went well. */
export async function statusOf (answer: Promise<unknown>): Promise<number> {
  try {
    await answer
    return 0
  } catch (error) {
    return isAxiosError(error) ? error.response?.status ?? -1 : -1
  }
}

/** Saves a message; the library has no call for it, since there the server that answers does this. */
export async function say (conversationId: string, text: string, more: object = {}) {
  const messageId = randomUUID()
  await request.post(`/api/messages/${conversationId}`, { messageId, text, isCreatedByUser: true, sender: 'User', endpoint: 'openAI', ...more })
  return messageId
}

/** A conversation of one message, made as a client makes it. */
export async function startConversation (text = 'Hello') {
  const conversationId = randomUUID()
  return { conversationId, messageId: await say(conversationId, text) }
}
