import { text } from 'node:stream/consumers'
import { confirm, isCancel, password as ask } from '@clack/prompts'
import { Argument, type Command } from 'commander'
import { v7 as uuid } from 'uuid'
import { listUsers } from '../accounts/administration.js'
import { deleteAccount } from '../accounts/deletion.js'
import { setPassword } from '../accounts/password-commands.js'
import { hashPassword } from '../accounts/password-hash.js'
import { assertGoodPassword } from '../accounts/password-rules.js'
import { localPart } from '../accounts/registration.js'
import { changeAccess, createAccount } from '../accounts/user-commands.js'
import { anyAccountByEmail, type ListedAccount } from '../accounts/user-queries.js'
import type { Db } from '../db/connection.js'
import { DomainError } from '../errors.js'
import { withDatabase } from './database.js'
import { conversations, print, table } from './output.js'
import type { Environment } from './environment.js'
import { UsageError } from './usage-error.js'

/** What a registration takes, too. Its schema is JSON Schema, whose formats only the server checks. */
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/
const NAME = /^[^\p{Cc}\p{Cs}]{1,80}$/u

/** `parley user …`. Passwords are asked for on a terminal, and read from stdin elsewhere: never an argument, which others see. */
export function addUserCommands (program: Command, env: Environment) {
  const user = program.command('user').description('manage accounts')

  user.command('add').description('create an account; the first is the administrator. The password is read from stdin')
    .argument('<email>')
    .option('--name <name>', 'the name to show; the part before @ unless given')
    .action((email: string, { name }: { name?: string }, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      if (!EMAIL.test(email)) throw new UsageError(`${email} is not an e-mail address`)
      if (name !== undefined && !NAME.test(name)) throw new UsageError('A name has 1 to 80 characters, none of them a control character')
      if (anyAccountByEmail(reader, email)) throw new DomainError('CONFLICT', `${email} has an account already`)
      const passwordHash = await hashPassword(await readPassword(email))
      const account = await createAccount(writer, { id: uuid(), email, username: '', name: name ?? localPart(email), passwordHash, isOpen: true, isInvited: true, now: Date.now() })
      if (!account) throw new DomainError('CONFLICT', `${email} has an account already`)
      print(command, view({ ...account, disabledAt: null }), [`${email} can sign in (${account.role})`])
    }))

  user.command('list').description('list all accounts')
    .action((_options: object, command: Command) => withDatabase(env, async ({ reader }) => {
      const accounts = allUsers(reader)
      print(command, accounts.map(view), table(accounts.map((account) => [
        account.email ?? account.id, account.name, account.role, new Date(account.createdAt).toISOString(), account.disabledAt !== null ? 'disabled' : ''
      ])))
    }))

  user.command('password').description('set a new password, read from stdin; every session of the account ends')
    .argument('<email>')
    .action((email: string, _options: object, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      const { no, id } = userOf(reader, email)
      await setPassword(writer, { userNo: no, passwordHash: await hashPassword(await readPassword(email)), exceptSessionId: null, now: Date.now() })
      print(command, { id }, [`${email} has a new password`])
    }))

  user.command('role').description('make an account an administrator, or an ordinary one')
    .argument('<email>')
    .addArgument(new Argument('<role>').choices(['admin', 'user']))
    .action((email: string, name: 'admin' | 'user', _options: object, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      const { no, id } = userOf(reader, email)
      const role = name === 'admin' ? 'ADMIN' : 'USER'
      await changeAccess(writer, { userNo: no, role, now: Date.now() })
      print(command, { id, role }, [`${email} is ${name === 'admin' ? 'an administrator' : 'an ordinary account'}`])
    }))

  for (const [name, isDisabled] of [['disable', true], ['enable', false]] as const) {
    user.command(name).description(isDisabled ? 'shut an account out at once; its data stays' : 'let an account in again')
      .argument('<email>')
      .action((email: string, _options: object, command: Command) => withDatabase(env, async ({ reader, writer }) => {
        const { no, id } = userOf(reader, email)
        await changeAccess(writer, { userNo: no, isDisabled, now: Date.now() })
        print(command, { id, isDisabled }, [`${email} is ${name}d`])
      }))
  }

  user.command('delete').description('delete an account with everything in it')
    .argument('<email>')
    .option('--yes', 'do not ask')
    .action((email: string, { yes }: { yes?: boolean }, command: Command) => withDatabase(env, async ({ reader, writer }) => {
      const { no, id } = userOf(reader, email)
      if (!yes && !await isConfirmed(`Delete ${email} with all conversations?`)) throw new UsageError('Nothing was deleted')
      const removed = await deleteAccount(writer, { userNo: no, now: Date.now() })
      print(command, { id, ...removed }, [`${email} is deleted, with ${conversations(removed.conversations)}`])
    }))
}

/** @throws {DomainError} NOT_FOUND. */
export function userOf (db: Db, email: string): ListedAccount {
  const account = anyAccountByEmail(db, email)
  if (!account) throw new DomainError('NOT_FOUND', `There is no account ${email}; see: parley user list`)
  return account
}

/** Accounts read at once. */
const PAGE_USERS = 100

function allUsers (db: Db): ListedAccount[] {
  const all: ListedAccount[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = listUsers(db, { limit: PAGE_USERS, cursor })
    all.push(...page.users)
    cursor = page.nextCursor
  }
  return all
}

function view ({ id, email, name, role, createdAt, disabledAt }: ListedAccount) {
  return { id, email, name, role, createdAt: new Date(createdAt).toISOString(), isDisabled: disabledAt !== null }
}

/** @throws {UsageError} for a password that registration refuses, too. */
async function readPassword (email: string): Promise<string> {
  const given = process.stdin.isTTY ? await ask({ message: 'Password', output: process.stderr }) : (await text(process.stdin)).replace(/\r?\n$/, '')
  if (isCancel(given)) throw new UsageError('Nothing was changed')
  await assertGoodPassword(given, email, 'password').catch((error: unknown) => {
    throw error instanceof DomainError ? new UsageError(error.message) : error
  })
  return given
}

async function isConfirmed (message: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('There is no terminal to ask on; repeat with --yes')
  return await confirm({ message, initialValue: false, output: process.stderr }) === true
}
