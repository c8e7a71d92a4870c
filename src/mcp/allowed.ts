import { isIP } from 'node:net'

/** What a server accepts as its own name, and who else may call it from a browser. */
export interface AllowedCallers {
  /** Names in `Host` beside `localhost` and addresses. */
  hosts: readonly string[]
  /** Values of `Origin` beside the server's own. */
  origins: readonly string[]
}

/**
 * Returns why a request is refused by its `Host` and `Origin`, or null. A page of somebody else can make its own name lead to
 * this server (DNS rebinding). Its requests then carry that name. An address cannot be rebound. Programs send no `Origin`.
 */
export function callerRefusal (host: string, origin: string | undefined, { hosts, origins }: AllowedCallers): string | null {
  const url = urlOf(`http://${host}`)
  // Node passes a Host header on as it is, also one with a user name or a path.
  if (url?.href !== `http://${url?.host}/`) return 'The Host header is not a name with or without a port'
  const name = url.hostname.replace(/^\[|\]$/g, '')
  if (name !== 'localhost' && isIP(name) === 0 && !hosts.includes(name)) return 'MCP_HOSTS does not have the name in the Host header'
  const isOwn = origin === undefined || origins.includes(origin) || urlOf(origin)?.host === url.host
  return isOwn ? null : 'CORS_ORIGIN does not have the Origin of this request'
}

function urlOf (text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
