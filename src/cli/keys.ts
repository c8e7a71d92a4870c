import { type Command, Option } from 'commander'
import { deleteKey } from '../accounts/key-commands.js'
import { listKeys } from '../accounts/key-queries.js'
import { makeKey } from '../accounts/keys.js'
import { viewKey } from '../accounts/view.js'
import { type Scope, scopes } from '../scopes.js'
import { withDatabase } from './database.js'
import { print, table } from './output.js'
import type { Environment } from './environment.js'
import { UsageError } from './usage-error.js'
import { userOf } from './users.js'

const MAX_NAME_CODE_UNITS = 80

interface KeyOptions { user: string, scope: Scope[], expires?: number }

/** `parley key …`. */
export function addKeyCommands (program: Command, env: Environment) {
  const key = program.command('key').description('manage API keys')

  key.command('add').description('make a key; its text is printed this once')
    .argument('<name>', 'what the key is for')
    .requiredOption('--user <email>', 'whose key it is')
    .addOption(new Option('--scope <scope...>', `what it may do: ${scopes.join(', ')}`).argParser(collectScopes).default([], 'read'))
    .option('--expires <time>', 'when it expires, as 2027-01-02 or 2027-01-02T10:00:00Z; never unless given', parseTime)
    .action((name: string, { user, scope, expires }: KeyOptions, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      if (!/^[^\p{Cc}\p{Cs}]+$/u.test(name) || name.length > MAX_NAME_CODE_UNITS) throw new UsageError(`A name has 1 to ${MAX_NAME_CODE_UNITS} characters, none of them a control character`)
      const { no } = userOf(reader, user)
      const made = await makeKey({ writer }, no, { name, scopes: scope.length > 0 ? scope : ['read'], expiresAt: expires ?? null }, Date.now())
      print(command, { ...viewKey(made.key), key: made.text }, [made.text])
    }))

  key.command('list').description('list the keys of an account')
    .requiredOption('--user <email>', 'whose keys')
    .action(({ user }: { user: string }, command: Command) => withDatabase(env, async ({ reader }) => {
      const keys = listKeys(reader, userOf(reader, user).no).map(viewKey)
      print(command, keys, table(keys.map(({ id, name, lastFour, scopes, expiresAt, lastUsedAt }) =>
        [id, name, `…${lastFour}`, scopes.join(','), expiresAt ? `expires ${expiresAt}` : 'does not expire', lastUsedAt ? `used ${lastUsedAt}` : 'not used yet'])))
    }))

  key.command('delete').description('delete a key; it is refused at once')
    .argument('<id>', 'its id, as `parley key list` shows it')
    .requiredOption('--user <email>', 'whose key it is')
    .action((id: string, { user }: { user: string }, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      await deleteKey(writer, { userNo: userOf(reader, user).no, id })
      print(command, { id }, [`${id} is deleted`])
    }))
}

function collectScopes (given: string, before: Scope[]): Scope[] {
  const scope = scopes.find((scope) => scope === given)
  if (!scope) throw new UsageError(`${given} is not a scope; there are ${scopes.join(', ')}`)
  return [...before, scope]
}

/** A time in milliseconds since 1970. A date without a time is its first moment in UTC. */
function parseTime (given: string): number {
  const time = /^\d{4}-\d\d-\d\d(T\S+)?$/.test(given) ? Date.parse(given) : NaN
  if (Number.isNaN(time)) throw new UsageError(`${given} is not a time such as 2027-01-02 or 2027-01-02T10:00:00Z`)
  return time
}
