import { DomainError } from '../errors.js'

/** Imports that run at once, for one user and for the server, and that may wait. */
const RUNNING_PER_USER = 1
const RUNNING = 2
const WAITING = 10

interface Waiting { userNo: number, start (): void }

/** Lets imports run a few at a time, in the order they came; one user's never beside each other. */
export function createImportQueue () {
  const running: number[] = []
  const waiting: Waiting[] = []

  function mayRun (userNo: number) {
    return running.length < RUNNING && running.filter((no) => no === userNo).length < RUNNING_PER_USER
  }

  function startNext () {
    const next = waiting.findIndex(({ userNo }) => mayRun(userNo))
    const [turn] = next < 0 ? [] : waiting.splice(next, 1)
    if (!turn) return
    running.push(turn.userNo)
    turn.start()
  }

  /**
   * Runs `work` when it is its turn.
   * @throws {DomainError} TOO_MANY_REQUESTS when too many wait already, and whatever `work` throws.
   */
  async function run <T> (userNo: number, work: () => Promise<T>): Promise<T> {
    if (waiting.length >= WAITING) throw new DomainError('TOO_MANY_REQUESTS', 'Too many imports are waiting; try again later')
    await new Promise<void>((resolve) => {
      waiting.push({ userNo, start: resolve })
      startNext()
    })
    try {
      return await work()
    } finally {
      running.splice(running.indexOf(userNo), 1)
      startNext()
    }
  }

  return { run }
}
