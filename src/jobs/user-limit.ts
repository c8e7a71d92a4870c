/** Counts what each user has under way, up to a maximum. */
export interface UserLimit {
  /** Returns the function that gives the place back, to be called once. Returns null while `max` places are taken. */
  take (userNo: number): (() => void) | null
}

/** Makes a limit of `max` places for each user. */
export function createUserLimit (max: number): UserLimit {
  const taken = new Map<number, number>()
  return {
    take (userNo) {
      const count = taken.get(userNo) ?? 0
      if (count >= max) return null
      taken.set(userNo, count + 1)
      return () => {
        const left = (taken.get(userNo) ?? 1) - 1
        if (left > 0) taken.set(userNo, left)
        else taken.delete(userNo)
      }
    }
  }
}
