/*
 * The architecture as rules: the folders of src/ from the lowest storey to the highest. A file imports from its own storey
 * and from lower ones only; folders of one storey do not know each other. `npm run lint` checks it.
 */
const storeys = [
  ['src/[^/]+'],
  ['src/db', 'src/render', 'src/openai'],
  ['src/formats'],
  ['src/writer'],
  ['src/jobs'],
  ['src/paging', 'src/threads'],
  ['src/document'],
  ['src/search/index'],
  ['src/conversations'],
  ['src/messages'],
  ['src/accounts', 'src/search/find'],
  ['src/copies', 'src/tags', 'src/titles', 'src/exports'],
  ['src/imports'],
  ['src/maintenance', 'src/mcp'],
  ['src/search/thread'],
  ['src/(commands|housekeeping)'],
  ['plugins'],
  ['routes', 'src/(build-server|app|serve)'],
  ['src/cli', 'src/(server)']
]

/** Files directly in src/ that everything may import; the others in src/ assemble the storeys. */
const assembling = 'src/(commands|housekeeping|build-server|app|serve|server)[.]ts$'

const pathOf = (folder) => folder.includes('(') || folder === 'src/[^/]+' ? `^${folder}[.]ts$` : `^${folder}/`

const upward = storeys.flatMap((folders, storey) => folders.map((folder) => ({
  name: `${folder} imports lower storeys only`,
  severity: 'error',
  from: { path: pathOf(folder), ...(folder === 'src/[^/]+' && { pathNot: `^${assembling}` }) },
  to: {
    path: [...storeys.slice(storey + 1).flat(), ...folders.filter((other) => other !== folder)].map(pathOf),
    ...(folder !== 'src/[^/]+' && { pathNot: '^src/(?!(commands|housekeeping|build-server|app|serve|server)[.]ts$)[^/]+[.]ts$' })
  }
})))

export default {
  forbidden: [
    ...upward,
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'formats and render are pure',
      severity: 'error',
      from: { path: '^src/(formats|render)/' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|net|http|https|child_process|worker_threads)' }
    },
    {
      name: 'formats know nothing of the server',
      severity: 'error',
      from: { path: '^src/formats/' },
      to: { path: '^src/(db|openai|jobs)/' }
    },
    {
      name: 'src/ knows no HTTP',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(build-server|app|serve|server|schema-compilers)[.]ts$' },
      to: { path: 'node_modules/(fastify|@fastify)/' }
    },
    {
      name: 'only src/mcp knows the protocol of assistants',
      severity: 'error',
      from: { pathNot: '^src/mcp/' },
      to: { path: 'node_modules/@modelcontextprotocol/' }
    },
    {
      name: 'the page stands alone',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^(src|plugins|routes)/', pathNot: '^src/(web|render)/' }
    },
    { name: 'nothing imports the page', severity: 'error', from: { pathNot: '^src/web/' }, to: { path: '^src/web/' } }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' }
  }
}
