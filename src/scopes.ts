/** What an API key may be allowed to do. A route names the one scope that it needs. */
export const scopes = ['read', 'write', 'import', 'export', 'admin'] as const

/** One of `scopes`. */
export type Scope = typeof scopes[number]
