const HEALTH_URL = /^\/(?:health|livez|readyz)\/?(?:\?|$)/

/** Whether a URL, with its query, asks for the health of the server. These requests are never limited or shed: a supervisor would restart a server for it. */
export function isHealthCheck (url: string): boolean {
  return HEALTH_URL.test(url)
}
