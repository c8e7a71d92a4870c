/** One file of an archive, not unpacked yet. */
export interface ArchiveEntry {
  name: string
  /** The bytes it takes in the archive; null where it is not packed by itself. */
  packedBytes: number | null
  open (): AsyncIterable<Buffer>
}
