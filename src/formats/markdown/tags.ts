/** A tag as Obsidian takes it: letters, digits, `_`, `-` and `/`, no spaces, and not digits alone (help.obsidian.md/tags). */
export function obsidianTag (tag: string): string {
  const tidy = tag.trim().replace(/\s+/gu, '-').replace(/[^\p{L}\p{M}\p{N}\p{So}_/-]/gu, '')
  return /^\d+$/.test(tidy) ? `_${tidy}` : tidy
}
