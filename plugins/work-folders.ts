import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fp from 'fastify-plugin'
import { fromHome } from '../src/paths.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Makes an empty folder that only this process's user can read, and returns its path. It is beside the database, so
     * its files can only fill the disk that the database is on.
     */
    workFolder (name: string): Promise<string>
  }
}

/**
 * Folders for files of this process: uploads that are imported, exports that wait for their download. They are emptied at
 * the start, and removed when the server closes.
 */
export default fp(async (fastify) => {
  const { DATABASE_PATH: path } = fastify.config
  const folders: string[] = []
  fastify.decorate('workFolder', async (name) => {
    const folder = path === ':memory:' ? await mkdtemp(join(tmpdir(), 'parley-')) : `${fromHome(path)}-${name}`
    folders.push(folder)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  })
  fastify.addHook('onClose', async () => {
    for (const folder of folders) {
      await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
        fastify.log.warn(error, 'A folder could not be removed; the next start empties it')
      })
    }
  })
}, { name: 'work-folders', decorators: { fastify: ['config'] } })
