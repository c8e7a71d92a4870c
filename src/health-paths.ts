const paths = new Set(['/health', '/livez', '/readyz'])

/** Whether a URL asks for the health of the server. These requests are never limited or shed: a supervisor would restart a server for it. */
export function isHealthCheck (url: string): boolean {
  return paths.has(url)
}
