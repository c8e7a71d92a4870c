import type { ImportReport } from '../../src/imports/report.js'
import { noLimits } from '../no-limits.js'

/** Headers of requests by one account. */
export type Headers = Record<string, string>

/** Settings of a server that lets anybody in and counts nothing. */
export const openDoors = {
  PORT: '0',
  ALLOW_REGISTRATION: 'true',
  ...noLimits
}

/** Registers an account of this name, and signs it in. */
export async function newAccount (url: string, name: string): Promise<Headers> {
  const body = JSON.stringify({ email: `${name}@example.test`, password: 'correct horse battery staple' })
  const post = (path: string) => fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  await post('/api/auth/register')
  const { token } = JSON.parse(await (await post('/api/auth/login')).text())
  return { authorization: `Bearer ${token}` }
}

/** Imports a file with this text, as a browser sends it. */
export async function importFile (url: string, headers: Headers, text: string): Promise<{ status: number, report: ImportReport }> {
  const body = new FormData()
  body.set('file', new Blob([text]), 'conversations.json')
  const res = await fetch(`${url}/api/convos/import`, { method: 'POST', headers, body })
  return { status: res.status, report: JSON.parse(await res.text()) }
}

/** The titles of all conversations an account sees, in alphabetical order. */
export async function titlesOf (url: string, headers: Headers): Promise<string[]> {
  const titles: string[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const res = await fetch(`${url}/api/convos?limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, { headers })
    const page: { conversations: Array<{ title: string }>, nextCursor: string | null } = JSON.parse(await res.text())
    titles.push(...page.conversations.map(({ title }) => title))
    cursor = page.nextCursor
  }
  return titles.sort()
}
