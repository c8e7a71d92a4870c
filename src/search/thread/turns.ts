/** Waiting work of many users, taken in turns. */
export interface Turns<Work> {
  /** Returns false when too much is waiting already, of this user or in all. */
  add (userNo: number, work: Work): boolean
  /** Takes the next work. The user it belongs to comes last then. */
  take (): Work | undefined
  /** Takes everything. */
  takeAll (): Work[]
}

/** Creates a queue in which users take turns, so that many pieces of work of one user delay each other only. */
export function createTurns <Work> (max: number, maxPerUser: number): Turns<Work> {
  // Maps keep the order in which their keys were added.
  const waiting = new Map<number, Work[]>()
  let count = 0

  function take () {
    const [first] = waiting
    if (!first) return undefined
    const [userNo, [work, ...others]] = first
    waiting.delete(userNo)
    if (others.length > 0) waiting.set(userNo, others)
    count--
    return work
  }

  return {
    add (userNo, work) {
      const own = waiting.get(userNo) ?? []
      if (count >= max || own.length >= maxPerUser) return false
      waiting.set(userNo, [...own, work])
      count++
      return true
    },
    take,
    takeAll () {
      const all = [...waiting.values()].flat()
      waiting.clear()
      count = 0
      return all
    }
  }
}
