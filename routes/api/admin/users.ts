import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findUser, listUsers } from '../../../src/accounts/administration.js'
import { deleteAccount } from '../../../src/accounts/deletion.js'
import { makePasswordLink } from '../../../src/accounts/password-changes.js'
import { AccountDeletedSchema, ListedUserSchema, PasswordLinkSchema, UserChangeSchema } from '../../../src/accounts/schemas.js'
import { usageOf } from '../../../src/accounts/usage.js'
import { changeAccess } from '../../../src/accounts/user-commands.js'
import { viewListedUser } from '../../../src/accounts/view.js'
import { LimitSchema } from '../../../src/paging/limit.js'
import { IdSchema, problems, ref, requires } from '../../../src/schemas.js'

/** /api/admin/users: lists, changes and deletes accounts, for administrators. */
const routes: FastifyPluginAsyncTypebox = async (fastify) => {
  const { reader, writer } = fastify.database
  const params = Type.Object({ userId: IdSchema })
  const security = requires('admin')

  fastify.get('/users', {
    schema: {
      operationId: 'listUsers',
      summary: 'List accounts with what each takes up, oldest first, a page at a time',
      tags: ['administration'],
      security,
      querystring: Type.Object({ limit: LimitSchema, cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }),
      response: {
        200: Type.Object({
          users: Type.Array(ref(ListedUserSchema)),
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.', examples: [null] })
        }, { title: 'UserPage' }),
        ...problems(400)
      }
    }
  }, async ({ query: { limit, cursor } }) => {
    const { users, nextCursor } = listUsers(reader, { limit: Number(limit), cursor })
    return { users: users.map(viewListedUser), nextCursor }
  })

  fastify.patch('/users/:userId', {
    schema: {
      operationId: 'changeUserAsAdmin',
      summary: 'Disable an account, enable it, or change its role',
      tags: ['administration'],
      security,
      params,
      body: UserChangeSchema,
      response: { 200: ref(ListedUserSchema), ...problems(400, 404, 409, 413, 415) }
    }
  }, async ({ params: { userId }, body: { role, isDisabled } }) => {
    const { no: userNo } = findUser(reader, userId)
    await changeAccess(writer, { userNo, role, isDisabled, now: Date.now() })
    return viewListedUser({ ...findUser(reader, userId), ...usageOf(reader, userNo) })
  })

  fastify.delete('/users/:userId', {
    schema: {
      operationId: 'deleteUserAsAdmin',
      summary: 'Delete an account and everything in it',
      tags: ['administration'],
      security,
      params,
      response: { 200: ref(AccountDeletedSchema), ...problems(400, 404, 409, 413, 415) }
    }
  }, async ({ params: { userId } }) => {
    const { no: userNo } = findUser(reader, userId)
    const deleted = await deleteAccount(writer, { userNo, now: Date.now(), mustLeaveAdmin: true })
    fastify.housekeeping.schedule()
    await fastify.exports.removeAll(userNo)
    return { message: 'User deleted', deleted }
  })

  fastify.post('/users/:userId/password-link', {
    schema: {
      operationId: 'createPasswordLink',
      summary: 'Make a link by which somebody sets a new password',
      description: 'For people who forgot theirs, and for accounts that have none. It is good once, for an hour, and replaces an earlier one.',
      tags: ['administration'],
      security,
      params,
      response: { 201: ref(PasswordLinkSchema), ...problems(400, 404, 413, 415) }
    }
  }, async ({ params: { userId } }, reply) => {
    const { token, expiresAt } = await makePasswordLink(fastify.database, findUser(reader, userId).no, Date.now())
    return reply.code(201).send({ token, path: `/password#${token}`, expiresAt: new Date(expiresAt).toISOString() })
  })
}

export default routes
