import fp from 'fastify-plugin'
import { createFirstAccount } from '../src/accounts/first-account.js'

/** Creates the account from the settings if the server has no account. */
export default fp(async ({ config, database }) => {
  const { FIRST_USER_EMAIL: email, FIRST_USER_PASSWORD: password } = config
  if (email && password) await createFirstAccount(database, email, password)
}, { name: 'first-account', dependencies: ['database'] })
