import { effect } from '@preact/signals'
import { isReachable } from '../api/client.js'
import { account } from '../api/session.js'
import { screen } from './address.js'
import { listFailure, reloadList } from './conversations.js'
import { openReader, readerFailure, readerStatus } from './reader.js'
import { searchAgain, searchFailure, searchStatus } from './search.js'
import { loadServerConfig, startFailure, startUp } from './server.js'

/** Pause between two tries to reach a server that did not answer. */
const PROBE_MS = 5000

/** While the server cannot be reached, tries again now and then. Reads what failed meanwhile once it answers. */
export function followConnection () {
  let wasReachable = true
  effect(() => {
    if (isReachable.value) {
      if (!wasReachable) readAgain()
      wasReachable = true
      return
    }
    wasReachable = false
    const probe = () => { loadServerConfig().catch(() => {}) }
    const timer = setInterval(probe, PROBE_MS)
    addEventListener('online', probe)
    return () => {
      clearInterval(timer)
      removeEventListener('online', probe)
    }
  })
}

function readAgain () {
  if (startFailure.peek()?.code === 'OFFLINE') {
    startUp()
    return
  }
  if (!account.peek()) return
  if (listFailure.peek()?.code === 'OFFLINE') reloadList()
  if (searchStatus.peek() === 'failed' && searchFailure.peek()?.code === 'OFFLINE') searchAgain()
  const at = screen.peek()
  if (at.name === 'conversation' && readerStatus.peek() === 'failed' && readerFailure.peek()?.code === 'OFFLINE') openReader(at.id)
}
