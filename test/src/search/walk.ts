/** Returns the ids of all pages of a search, in their order. */
export function walk (page: (cursor: string | undefined) => { ids: string[], nextCursor: string | null }): string[] {
  const all: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { ids, nextCursor }: { ids: string[], nextCursor: string | null } = page(cursor)
    all.push(...ids)
    cursor = nextCursor
  }
  return all
}
