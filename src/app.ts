import { join } from 'node:path'
import autoload from '@fastify/autoload'
import fp from 'fastify-plugin'

/** The whole application as one plugin: what `plugins/` provides, then what `routes/` answers. */
export default fp(async (fastify) => {
  await fastify.register(autoload, { dir: join(import.meta.dirname, '../plugins') })
  await fastify.register(autoload, { dir: join(import.meta.dirname, '../routes'), autoHooks: true, cascadeHooks: true })
}, { name: 'app' })
