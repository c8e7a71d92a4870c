import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import type { UserView } from '../src/accounts/schemas.js'
import type { Session } from '../src/accounts/sessions.js'
import { viewAccount } from '../src/accounts/view.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The refresh token of this browser, unchecked. */
    readonly refreshToken: string | undefined
  }
  interface FastifyReply {
    /** Gives the browser the session's refresh token; the answer that goes with it. */
    openSession (session: Session): { token: string, user: UserView }
    /** Makes the browser forget its refresh token. */
    closeSession (): void
  }
}

const NAME = 'refreshToken'

/** Keeps the refresh token in a cookie that scripts cannot read and other sites cannot send. */
export default fp(async (fastify) => {
  // Read and written where they are asked for: most routes know nothing of cookies, and need no hooks for them.
  fastify.decorateRequest('refreshToken', { getter () { return parseCookie(this.headers.cookie ?? '')[NAME] || undefined } })

  fastify.decorateReply('openSession', function ({ account, refreshToken, expiresAt }) {
    setCookie(this, { value: refreshToken, expires: new Date(expiresAt) })
    return { token: fastify.accessToken(account), user: viewAccount(account) }
  })

  fastify.decorateReply('closeSession', function () {
    setCookie(this, { value: '', expires: new Date(0) })
  })
}, { name: 'cookie', dependencies: ['auth'] })

function setCookie (reply: FastifyReply, cookie: Pick<SetCookie, 'value' | 'expires'>) {
  const { protocol } = reply.request
  reply.header('set-cookie', stringifySetCookie({ name: NAME, path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https', ...cookie }))
}
