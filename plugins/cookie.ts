import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { UserView } from '../src/accounts/schemas.js'
import type { OpenSession } from '../src/accounts/sessions.js'
import { viewAccount } from '../src/accounts/view.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The refresh token of this browser, unchecked. */
    readonly refreshToken: string | undefined
    /** The mark of a browser that has signed in before, unchecked (`src/accounts/known-browsers.ts`). */
    readonly browserMark: string | undefined
  }
  interface FastifyReply {
    /** Sets the session's refresh token as a cookie and returns the response body. */
    openSession (session: OpenSession): { token: string, user: UserView }
    /** Does the same for a new session, and also sets the browser's mark. */
    startSession (session: OpenSession): { token: string, user: UserView }
    /** Removes the refresh token's cookie. */
    closeSession (): void
  }
}

const REFRESH_TOKEN = 'refreshToken'
const BROWSER_MARK = 'knownBrowser'
const YEAR_MS = 365 * 86_400_000

/** Keeps secrets in cookies that scripts cannot read and other sites cannot send. */
export default fp(async (fastify) => {
  // Getters instead of hooks, because most routes read no cookies.
  fastify.decorateRequest('refreshToken', { getter () { return cookieOf(this, REFRESH_TOKEN) } })
  fastify.decorateRequest('browserMark', { getter () { return cookieOf(this, BROWSER_MARK) } })

  fastify.decorateReply('openSession', function ({ account, sessionId, refreshToken, expiresAt }) {
    setCookie(this, { name: REFRESH_TOKEN, path: '/', value: refreshToken, expires: new Date(expiresAt) })
    return { token: fastify.accessToken(account, sessionId), user: viewAccount(account) }
  })

  fastify.decorateReply('startSession', function (session) {
    const value = fastify.passwords.marks.make(session.account.id)
    setCookie(this, { name: BROWSER_MARK, path: '/api/auth', value, expires: new Date(Date.now() + YEAR_MS) })
    return this.openSession(session)
  })

  fastify.decorateReply('closeSession', function () {
    setCookie(this, { name: REFRESH_TOKEN, path: '/', value: '', expires: new Date(0) })
  })
}, { name: 'cookie', dependencies: ['auth'] })

function cookieOf ({ headers }: FastifyRequest, name: string) {
  return parseCookie(headers.cookie ?? '')[name] || undefined
}

function setCookie (reply: FastifyReply, cookie: Pick<SetCookie, 'name' | 'path' | 'value' | 'expires'>) {
  const { protocol } = reply.request
  reply.header('set-cookie', stringifySetCookie({ ...cookie, httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }))
}
