import { DomainError } from '../errors.js'

const MAX_RUNNING_PER_USER = 1
const MAX_RUNNING = 2
const MAX_WAITING_PER_USER = 10
const MAX_WAITING = 100

interface Turn { userNo: number, start (): void }

export type JobQueue = ReturnType<typeof createJobQueue>

/** Runs jobs a few at a time, in the order they came, and never two of one user. `what` names them in errors: `imports`. */
export function createJobQueue (what: string) {
  const running: number[] = []
  const waiting: Turn[] = []

  function mayRun ({ userNo }: Turn) {
    return running.length < MAX_RUNNING && running.filter((no) => no === userNo).length < MAX_RUNNING_PER_USER
  }

  function startNext () {
    const next = waiting.findIndex(mayRun)
    const [turn] = next < 0 ? [] : waiting.splice(next, 1)
    if (!turn) return
    running.push(turn.userNo)
    turn.start()
  }

  /** Waits for a turn. Throws the signal's reason if it aborts first. */
  function turn (userNo: number, signal: AbortSignal) {
    return new Promise<void>((resolve, reject) => {
      const place: Turn = {
        userNo,
        start: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
      }
      function leave () {
        waiting.splice(waiting.indexOf(place), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      waiting.push(place)
      startNext()
    })
  }

  /** @throws {DomainError} TOO_MANY_REQUESTS when too many jobs wait already, of this user or of all. */
  function assertRoom (userNo: number) {
    if (waiting.length < MAX_WAITING && waiting.filter((turn) => turn.userNo === userNo).length < MAX_WAITING_PER_USER) return
    throw new DomainError('TOO_MANY_REQUESTS', `Too many ${what} are waiting; try again later`)
  }

  /**
   * Runs `work` when it is its turn.
   * @throws {DomainError} TOO_MANY_REQUESTS when too many wait already; the signal's reason if it comes first; what `work` throws.
   */
  async function run <T> (userNo: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    assertRoom(userNo)
    await turn(userNo, signal)
    try {
      return await work()
    } finally {
      running.splice(running.indexOf(userNo), 1)
      startNext()
    }
  }

  return { assertRoom, run }
}
