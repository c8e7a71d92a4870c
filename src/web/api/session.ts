import { signal } from '@preact/signals'
import { failureOf } from './failure.js'
import type { Account } from './types.js'

/*
 * Who is signed in. The access token is held in memory only; a cookie that scripts cannot read renews it. Tabs share
 * a renewed token, because each refresh token is good once.
 */

/** Who is signed in: null for nobody, undefined while that is not known yet. */
export const account = signal<Account | null | undefined>(undefined)

/** True when a session ended while somebody was at work: the page stays as it is, below a question to sign in. */
export const isExpired = signal(false)

/** How long before its end a token is renewed. */
const RENEW_BEFORE_MS = 30_000

interface Granted { token: string, user: Account }
type News = { kind: 'granted', granted: Granted } | { kind: 'ended' }

let token: string | null = null
/** By this tab's own clock, so that a wrong clock does no harm. */
let expiresAt = 0
/** Counts the tokens this tab was given, by the server or by another tab. */
let grants = 0
/** Requests that go on when somebody has signed in. */
const waiting: Array<() => void> = []
let renewal: Promise<boolean> | null = null

const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('parley-session')
tabs?.addEventListener('message', ({ data }: MessageEvent<News>) => {
  if (data.kind === 'granted') accept(data.granted)
  else end()
})

/** A token to send along; null for nobody. Renews one that is about to run out. */
export async function accessToken (): Promise<string | null> {
  if (token !== null && Date.now() > expiresAt - RENEW_BEFORE_MS) await renewSession()
  return token
}

/**
 * Gets a new token for the cookie; false when the session is over. Calls at the same time, in all tabs, share one
 * renewal.
 * @throws when the server cannot be reached, which ends no session.
 */
export function renewSession (): Promise<boolean> {
  renewal ??= renew(grants).finally(() => { renewal = null })
  return renewal
}

/** Takes over what signing in gave. */
export function startSession (granted: Granted) {
  accept(granted)
  tabs?.postMessage({ kind: 'granted', granted } satisfies News)
}

/** Forgets the session here and in the other tabs; the server was told before. */
export function endSession () {
  end()
  tabs?.postMessage({ kind: 'ended' } satisfies News)
}

/** Waits until somebody signs in again, or out. */
export function sessionChange (): Promise<void> {
  return new Promise((resolve) => { waiting.push(resolve) })
}

/** Changes what is known of the account, after the server took the change. */
export function updateAccount (changed: Account) {
  account.value = changed
}

/**
 * Signs in whoever a proxy in front of the server has signed in.
 * @throws {Failure} when it has signed in nobody, or somebody who has no account.
 */
export async function signInByProxy () {
  const response = await fetch('/api/auth/proxy', { method: 'POST' })
  if (!response.ok) throw failureOf(await response.json().catch(() => null), response)
  startSession(await response.json())
}

/** What else is tried when the cookie gives no session: true when somebody is signed in now. */
let otherWay: () => Promise<boolean> = async () => false

/** Names another way to a session than the cookie. */
export function tryOtherwise (way: () => Promise<boolean>) {
  otherWay = way
}

async function renew (grantsBefore: number): Promise<boolean> {
  return exclusively(async () => {
    // While this tab waited for its turn, another one may have renewed the token.
    if (grants > grantsBefore) return true
    const response = await fetch('/api/auth/refresh', { method: 'POST' })
    if (response.ok) {
      startSession(await response.json())
      return true
    }
    if (response.status !== 401) throw failureOf(await response.json().catch(() => null), response)
    token = null
    if (await otherWay()) return true
    if (account.value) isExpired.value = true
    else account.value = null
    return false
  })
}

/** Runs one at a time over all tabs; browsers without locks (plain HTTP) rely on the server's patience instead. */
function exclusively <T> (run: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? run() : navigator.locks.request('parley-session', run)
}

function accept (granted: Granted) {
  token = granted.token
  expiresAt = Date.now() + lifetime(granted.token)
  grants++
  // Another account's data must not stay in memory.
  if (account.value && account.value.id !== granted.user.id) location.reload()
  account.value = granted.user
  isExpired.value = false
  wake()
}

function end () {
  token = null
  account.value = null
  isExpired.value = false
  wake()
}

function wake () {
  for (const resolve of waiting.splice(0)) resolve()
}

/** Milliseconds a token lives, by what it says of itself. */
function lifetime (jwt: string): number {
  try {
    const payload = JSON.parse(atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
    return (payload.exp - payload.iat) * 1000
  } catch {
    return 60_000
  }
}
