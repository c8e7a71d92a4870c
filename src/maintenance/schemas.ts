import { type Static, Type } from '@sinclair/typebox'
import { TimeSchema } from '../schemas.js'
import { troubles } from './condition.js'

const orNull = <T extends ReturnType<typeof Type.Object>> (schema: T, description: string) => Type.Union([schema, Type.Null()], { description })

/** How the server and its storage are, as administrators see it. */
export const ServerStateSchema = Type.Object({
  version: Type.String({ description: 'Version of the program.' }),
  startedAt: TimeSchema,
  trouble: orNull(Type.Object({
    kind: Type.Union(troubles.map((trouble) => Type.Literal(trouble)), {
      description: 'What is wrong, as docs/backup.md explains it.'
    }),
    reason: Type.String(),
    advice: Type.String({ description: 'What to do about it.' }),
    since: TimeSchema
  }), 'What is wrong with the storage, the gravest first; null when reads and writes work.'),
  storage: orNull(Type.Object({
    databaseBytes: Type.Integer(),
    logBytes: Type.Integer({ description: 'Size of the write-ahead log, which is beside the database.' }),
    freeBytes: Type.Integer({ description: 'Free on the disk of the database.' }),
    reservedBytes: Type.Integer({ description: 'Of those, what is kept for deletes and sign-ins.' })
  }), 'Sizes; null when they cannot be read, or the database is in memory.'),
  backup: Type.Object({
    everySeconds: Type.Union([Type.Integer(), Type.Null()], { description: 'Time between two backups; null when there is no schedule.' }),
    last: orNull(Type.Object({ path: Type.String(), bytes: Type.Integer(), madeAt: TimeSchema }), 'The newest backup of the schedule.')
  }),
  check: Type.Object({
    last: orNull(Type.Object({ at: TimeSchema, faults: Type.Integer() }), 'The last check of the file since the start; one runs each night, and after a crash.')
  }),
  usage: orNull(Type.Object({
    users: Type.Integer(),
    conversations: Type.Integer({ description: 'Archived ones too.' }),
    bytes: Type.Integer({ description: 'Of the texts and contents of all messages.' })
  }), 'What all accounts take up; null when it cannot be read.'),
  searchIndex: orNull(Type.Object({
    share: Type.Number({ minimum: 0, maximum: 1, description: 'Of the conversations, how many are in the index: below 1 while it is made again after an upgrade.' })
  }), 'The search index; null when it cannot be read.')
}, {
  $id: 'ServerState',
  examples: [{
    version: '1.0.0',
    startedAt: '2026-01-02T10:00:00.000Z',
    trouble: null,
    storage: { databaseBytes: 104_857_600, logBytes: 4_194_304, freeBytes: 53_687_091_200, reservedBytes: 67_108_864 },
    backup: {
      everySeconds: 86_400,
      last: { path: '/var/backups/parley/parley-20260102T030000Z.db', bytes: 98_566_144, madeAt: '2026-01-02T03:00:00.000Z' }
    },
    check: { last: { at: '2026-01-02T03:00:20.000Z', faults: 0 } },
    usage: { users: 3, conversations: 1250, bytes: 73_400_320 },
    searchIndex: { share: 1 }
  }]
})

/** `ServerStateSchema` as a type. */
export type ServerStateView = Static<typeof ServerStateSchema>
