import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildServer } from '../src/build-server.js'
import { packageRoot } from '../src/paths.js'
import { testConfig } from './helper.js'

/** Where the contract is kept, for its changes to be seen and read. */
export const contract = join(packageRoot, 'test/openapi.json')

/** The contract as the routes have it now. */
export async function currentContract () {
  const server = await buildServer({ config: testConfig })
  const { body } = await server.inject('/docs/json')
  await server.close()
  return `${JSON.stringify(JSON.parse(body), null, 2)}\n`
}

if (process.argv.includes('--write')) await writeFile(contract, await currentContract())
