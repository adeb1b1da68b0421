import { access } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { DocumentTransform } from './document-transform.js'
import { READY_MADE, type TransformSetup } from './ready/registry.js'
import { TransformSetupError } from './transform-setup-error.js'

const MODULE_NAME = /^[./]|^file:|\.[cm]?[jt]s$/

/**
 * Loads one transform: the default export of a module (a path that begins with `.` or `/` or ends as
 * a script does, or a `file:` URL), or a ready-made one as `NAME` or `NAME:ARGUMENT`. A module may
 * export a lone function, which is then its `document()`. Modules in TypeScript load where Node can.
 *
 * @throws {@link TransformSetupError} when there is no such transform or it cannot be loaded
 */
export async function loadTransform(
  spec: string,
  setup: TransformSetup,
): Promise<DocumentTransform> {
  const colon = spec.indexOf(':')
  const name = colon < 0 ? spec : spec.slice(0, colon)
  if (Object.hasOwn(READY_MADE, name)) {
    const made = await READY_MADE[name]?.create(colon < 0 ? '' : spec.slice(colon + 1), setup)
    return named(made as DocumentTransform, name)
  }
  if (MODULE_NAME.test(spec)) return loadModule(spec, setup.cwd)
  const known = Object.keys(READY_MADE).toSorted().join(', ')
  throw new TransformSetupError(
    'find',
    spec,
    `it is neither a module (./file.js) nor one of: ${known}`,
  )
}

/** {@link loadTransform} for several, in their order. */
export async function resolveTransforms(
  specs: readonly string[],
  setup: TransformSetup,
): Promise<readonly DocumentTransform[]> {
  const transforms: DocumentTransform[] = []
  for (const spec of specs) transforms.push(await loadTransform(spec, setup))
  return transforms
}

async function loadModule(spec: string, cwd: string): Promise<DocumentTransform> {
  const file = fileOf(spec, cwd)
  const exported = await importDefault(spec, file)
  const transform = typeof exported === 'function' ? { document: exported } : exported
  const wrong = findWrong(transform)
  if (wrong !== undefined) throw new TransformSetupError('load', spec, wrong)
  return named(transform as DocumentTransform, basename(file))
}

function fileOf(spec: string, cwd: string): string {
  if (!spec.startsWith('file:')) return resolve(cwd, spec)
  try {
    return fileURLToPath(spec)
  } catch (error) {
    throw new TransformSetupError('load', spec, 'it is no URL of a file here', { cause: error })
  }
}

async function importDefault(spec: string, file: string): Promise<unknown> {
  try {
    await access(file)
  } catch (error) {
    throw new TransformSetupError('load', spec, 'there is no such file', { cause: error })
  }
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown }
    return innerDefault(module.default)
  } catch (error) {
    throw new TransformSetupError('load', spec, importReason(error), { cause: error })
  }
}

/** What compilers to CommonJS export by default lies one step deeper. */
function innerDefault(exported: unknown): unknown {
  const isCompiled = isObject(exported) && exported['__esModule'] === true
  return isCompiled && 'default' in exported ? exported['default'] : exported
}

function importReason(error: unknown): string {
  if (!(error instanceof Error)) return 'its module threw something that is no Error'
  if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `Node ${process.version} does not run TypeScript; compile it to JavaScript, or use Node 22.18 or newer`
  }
  const hint = error instanceof SyntaxError ? ' ("node --check FILE" may tell the line)' : ''
  return `${error.name}: ${error.message}${hint}`
}

/** What keeps a default export from being a transform; undefined when it is one. */
function findWrong(exported: unknown): string | undefined {
  if (exported === undefined) return 'its module has no default export'
  if (!isObject(exported)) return 'its default export is neither an object nor a function'
  const names = ['document', 'collection', 'line', 'removal'].filter(
    (name) => exported[name] !== undefined,
  )
  if (names.length === 0) return 'its default export has neither document() nor collection()'
  const wrong = names.find((name) => typeof exported[name] !== 'function')
  return wrong === undefined ? undefined : `its "${wrong}" is not a function`
}

/** Gives a transform its name unless it has one; the object itself is left alone. */
function named(transform: DocumentTransform, name: string): DocumentTransform {
  if (transform.name !== undefined) return transform
  const { isStateful, isReadOnly } = transform
  return {
    ...{ name, isStateful, isReadOnly },
    ...(transform.document !== undefined && { document: transform.document.bind(transform) }),
    ...(transform.collection !== undefined && { collection: transform.collection.bind(transform) }),
    ...(transform.line !== undefined && { line: transform.line.bind(transform) }),
    ...(transform.unusedRules !== undefined && {
      unusedRules: transform.unusedRules.bind(transform),
    }),
    ...(transform.removal !== undefined && { removal: transform.removal.bind(transform) }),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
