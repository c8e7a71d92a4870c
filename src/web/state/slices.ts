/** Cuts a list into pieces of `length`; the last one may be shorter. */
export function slicesOf <T> (list: T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, index) => list.slice(index * length, (index + 1) * length))
}
