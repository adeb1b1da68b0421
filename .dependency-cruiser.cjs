/*
 * The layers of lib/, from the lowest to the highest. A folder may import from itself, from the
 * folders of the rows above its own, and from the packages that it is given here. Folders of one
 * row do not see each other. Types count as much as values.
 */
const LAYERS = [
  { core: { builtins: true } },
  { values: {} },
  { wire: {} },
  { pool: { builtins: true, packages: ['piscina'] } },
  {
    streams: {
      builtins: true,
      packages: ['split2', 'stream-json', 'rxjs', 'csv-parse', 'csv-stringify', 'lossless-json'],
    },
  },
  { merkle: { builtins: true, packages: ['snappy', 'stream-json'] } },
  { replica: { builtins: true } },
  {
    store: { builtins: true, packages: ['lmdb'] },
    remote: { builtins: true, packages: ['undici', 'p-retry'] },
    directory: { builtins: true },
  },
  { sync: { builtins: true, packages: ['rxjs'] } },
  { server: { builtins: true, packages: ['fastify', 'jose'] } },
  { cli: { builtins: true, packages: ['commander', 'cli-progress'] } },
]
const FOLDERS = LAYERS.flatMap((layer) => Object.keys(layer))
const WORKER_FOLDERS = ['core', 'values', 'wire', 'streams', 'merkle']

const error = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

/** The rules of one folder: which files of the project, which packages, which built-in modules. */
function folderRules(folder, { builtins = false, packages = [] }, lower) {
  const from = { path: `^lib/${folder}/` }
  const rules = [
    error(
      `${folder}-layer`,
      `lib/${folder} may import only from itself and from: ${lower.join(', ') || 'nothing else'}`,
      from,
      { pathNot: ['node_modules/', `^lib/(${[...lower, folder].join('|')})/`], ...LOCAL },
    ),
    error(`${folder}-index`, 'another folder is seen through its index.ts alone', from, {
      path: '^lib/[^/]+/',
      pathNot: [`^lib/${folder}/`, '^lib/[^/]+/index[.]ts$'],
    }),
    error(
      `${folder}-packages`,
      `lib/${folder} may use these packages: ${packages.join(', ') || 'none'}`,
      from,
      packagesBut(packages),
    ),
  ]
  if (!builtins) {
    const comment = `lib/${folder} is pure: it uses no module of Node`
    rules.push(error(`${folder}-builtins`, comment, from, { dependencyTypes: ['core'] }))
  }
  return rules
}

const NOT_LOCAL = ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg']
const LOCAL = { dependencyTypesNot: [...NOT_LOCAL, 'npm-unknown', 'unknown'] }

/** Everything in node_modules but the packages named and their types. */
function packagesBut(names) {
  const allowed = names.map((name) => `node_modules/(@types/)?${name}/`)
  return { path: 'node_modules/', ...(allowed.length > 0 && { pathNot: allowed }) }
}

const layerRules = LAYERS.flatMap((layer, index) => {
  const lower = LAYERS.slice(0, index).flatMap((below) => Object.keys(below))
  return Object.entries(layer).flatMap(([folder, outside]) => folderRules(folder, outside, lower))
})

const rootRules = [
  error(
    'index-without-cli',
    'lib/index.ts gives away every folder but cli, each by its index.ts',
    { path: '^lib/[^/]+[.]ts$' },
    { pathNot: `^lib/(${FOLDERS.filter((name) => name !== 'cli').join('|')})/index[.]ts$` },
  ),
  error(
    'known-folder',
    'a new folder of lib/ needs a place among the layers above',
    { path: '^lib/[^/]+/', pathNot: `^lib/(${FOLDERS.join('|')})/` },
    {},
  ),
]

const workerRules = [
  error(
    'workers-layer',
    `workers may import only from: ${WORKER_FOLDERS.join(', ')}`,
    { path: '^workers/' },
    { pathNot: ['node_modules/', '^workers/', `^lib/(${WORKER_FOLDERS.join('|')})/`], ...LOCAL },
  ),
  error(
    'workers-observables',
    'workers load the pure files of lib/streams, never its Observables (its index.ts has them)',
    { path: '^workers/' },
    { path: '^lib/streams/(index[.]ts$|.*observable)' },
  ),
  error(
    'observables-apart',
    'in lib/streams only files named *observable* use rxjs, so that workers can leave them out',
    { path: '^lib/streams/', pathNot: 'observable' },
    { path: 'node_modules/rxjs/' },
  ),
  error(
    'workers-packages',
    'a worker uses a package through lib; types of piscina are for its task',
    { path: '^workers/' },
    packagesBut(['piscina']),
  ),
]

const commonRules = [
  error('no-circular', 'a cycle has no lowest file', {}, { circular: true }),
  error('resolvable', 'an import must lead somewhere', {}, { couldNotResolve: true }),
  error(
    'lib-without-tests',
    'what is published must not need what is not',
    { path: '^(lib|workers)/' },
    { path: '^(test|bench|examples|scripts)/' },
  ),
]

module.exports = {
  forbidden: [...commonRules, ...layerRules, ...rootRules, ...workerRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|workers/kernel)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
