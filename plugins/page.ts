import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fp from 'fastify-plugin'
import { packageRoot } from '../src/paths.js'

/** The paths of the page, see `src/web/state/address.ts`. Each returns the same document. */
const pagePaths = ['/', '/c/:conversationId', '/search', '/import', '/settings', '/settings/:section', '/password']

/**
 * What the document may load: files of this origin. HTML may only be created by the one trusted types policy, that of
 * its renderer.
 */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "font-src 'self'",
  "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  "require-trusted-types-for 'script'", 'trusted-types parley-renderer'
].join('; ')

const documentHeaders = { 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' }

/** Paths for programs. An unknown one returns a problem document, also to browsers. */
const notForPeople = /^\/(?:api|assets|docs|mcp)(?:[/?]|$)/

/** The page as built by `npm run build`: static, precompressed files. `WEB=false` disables it. */
export default fp(async (fastify) => {
  const root = join(packageRoot, 'dist/web')
  if (!fastify.config.WEB) return
  if (!existsSync(join(root, 'index.html'))) {
    fastify.log.warn('There is no page to serve; npm run build makes it')
    return
  }
  await fastify.register(async (page) => {
    page.addHook('onRoute', (route) => {
      // The page needs no account and is not part of the API.
      route.schema = { ...route.schema, security: [], hide: true }
    })
    // File names below /assets contain a hash of the content.
    await page.register(fastifyStatic, { root: join(root, 'assets'), prefix: '/assets/', preCompressed: true, immutable: true, maxAge: '365d', index: false })
    for (const file of ['icon.svg', 'icon-192.png', 'icon-512.png', 'manifest.webmanifest']) {
      page.get(`/${file}`, (_request, reply) => reply.sendFile(file, root, { maxAge: '1d', immutable: false }))
    }
    for (const address of pagePaths) {
      page.get(address, (_request, reply) => {
        reply.headers(documentHeaders)
        return reply.sendFile('index.html', root, { cacheControl: false })
      })
    }
  })

  // An unknown path returns the page to a browser. The page shows the error and a link back.
  const document = await readFile(join(root, 'index.html'))
  fastify.addHook('onRequest', (request, reply, done) => {
    const isNavigation = request.is404 && request.method === 'GET' && request.headers.accept?.includes('text/html') && !notForPeople.test(request.url)
    if (!isNavigation) return done()
    reply.code(404).headers(documentHeaders).type('text/html; charset=utf-8').send(document)
  })
}, { name: 'page', dependencies: ['openapi', 'security-headers'], decorators: { fastify: ['config'] } })
