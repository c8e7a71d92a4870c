import closeWithGrace from 'close-with-grace'
import { buildServer } from './build-server.js'
import { ConfigError, readConfig } from './config.js'

/*
 * The process: reads the environment, listens, and stops cleanly on a signal.
 * Nothing else reads `process.env`.
 */

/** How long requests under way may take to finish when the server stops. */
const STOP_DEADLINE = 10_000

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function start () {
  const config = readConfig(process.env)
  const server = await buildServer({ config, logger: { level: config.LOG_LEVEL, redact: ['req.headers.authorization', 'req.headers.cookie'] } })

  closeWithGrace({ delay: STOP_DEADLINE, logger: server.log }, async ({ err }) => {
    if (err) server.log.fatal(err, 'Stopping after an error')
    // A client that never finishes its request must not hold up the stop.
    const deadline = setTimeout(() => server.server.closeAllConnections(), STOP_DEADLINE / 2)
    deadline.unref()
    await server.close()
    clearTimeout(deadline)
  })

  await server.listen({ host: config.HOST, port: config.PORT, listenTextResolver: (address) => `Parley is ready at ${address}` })
}
