import cookie from '@fastify/cookie'
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
  // Read where they are asked for: most routes know nothing of cookies.
  await fastify.register(cookie, { hook: false })

  fastify.decorateRequest('refreshToken', { getter () { return fastify.parseCookie(this.headers.cookie ?? '')[NAME] || undefined } })

  fastify.decorateReply('openSession', function ({ account, refreshToken, expiresAt }) {
    this.setCookie(NAME, refreshToken, {
      path: '/', httpOnly: true, sameSite: 'strict', secure: this.request.protocol === 'https', expires: new Date(expiresAt)
    })
    return { token: fastify.accessToken(account), user: viewAccount(account) }
  })

  fastify.decorateReply('closeSession', function () {
    this.clearCookie(NAME, { path: '/', httpOnly: true, sameSite: 'strict', secure: this.request.protocol === 'https' })
  })
}, { name: 'cookie', dependencies: ['auth'] })
