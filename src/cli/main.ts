#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { homeFolder } from '../paths.js'
import { reportFailure } from '../report-failure.js'
import { createProgram } from './program.js'
import { UsageError } from './usage-error.js'

/*
 * The command line: `parley`, by `npx parley` or `npm run parley --`. Exit codes: 0 done, 1 failed, 2 wrong usage,
 * 3 `doctor` found faults.
 */

const WRONG_USAGE = 2

// Whoever reads the output may stop early, as `head` does. The command still ends as it would.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: Error & { code?: string }) => { if (error.code !== 'EPIPE') throw error })
}

const settings = join(homeFolder, '.env')
if (existsSync(settings)) process.loadEnvFile(settings)

try {
  await createProgram(process.env).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE
  else reportFailure(error)
  if (error instanceof UsageError) process.exitCode = WRONG_USAGE
}
