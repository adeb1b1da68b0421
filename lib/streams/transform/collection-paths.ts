import type { CollectionInfo, DocumentTransform } from './document-transform.js'
import type { CollectionPlan } from './transform-runner.js'
import { TransformSetupError } from './transform-setup-error.js'

type DataPlan = CollectionPlan['data']

/** What a collection is called, and what happens to its documents, on its way through transforms. */
export interface CollectionPath {
  readonly database: string | undefined
  readonly type: CollectionInfo['type'] | undefined
  /** Its name as each transform sees it, and one more: as it leaves the last. */
  readonly names: readonly (string | undefined)[]
  /** What each transform wants of the documents. */
  readonly data: readonly DataPlan[]
  readonly isLeftOut: boolean
  /** What the transforms together make of it; undefined when it is left out, or not known. */
  readonly plan: CollectionPlan | undefined
}

/** A collection's way so far. */
interface Draft {
  info: CollectionInfo
  readonly names: (string | undefined)[]
  readonly data: DataPlan[]
  isLeftOut: boolean
  hasParameters: boolean
  hasIndexes: boolean
}

/** Asks transforms about collections, each about each once, and remembers what they said. */
export class CollectionPaths {
  readonly #transforms: readonly DocumentTransform[]
  readonly #paths = new Map<string, CollectionPath>()
  /** Ways of documents that a transform sent into a collection, by where they begin. */
  readonly #routed = new Map<string, CollectionPath>()
  readonly #unknown: CollectionPath

  /** @param known - ways of collections that were found elsewhere */
  constructor(transforms: readonly DocumentTransform[], known: readonly CollectionPath[] = []) {
    this.#transforms = transforms
    for (const path of known) this.#paths.set(idOf(path.database, path.names[0]), path)
    this.#unknown = {
      database: undefined,
      type: undefined,
      names: transforms.map(() => undefined).concat([undefined]),
      data: transforms.map((transform) => dataOf(transform, undefined)),
      isLeftOut: false,
      plan: undefined,
    }
  }

  /**
   * The way of a collection, or of lines of which no collection is known.
   *
   * @throws TransformSetupError when a transform throws, or gives a name that is none
   */
  find(info: CollectionInfo | undefined): CollectionPath {
    if (info === undefined) return this.#unknown
    const id = idOf(info.database, info.name)
    let path = this.#paths.get(id)
    if (path === undefined) {
      path = this.#follow(info, 0)
      this.#paths.set(id, path)
      this.#routed.clear()
    }
    return path
  }

  /** The ways of all collections that were asked about. */
  known(): readonly CollectionPath[] {
    return [...this.#paths.values()]
  }

  /**
   * The way of a document that a transform sent into a collection: that of the collection which has
   * the name there, else one of its own that begins behind the transform.
   *
   * @param stage - 0-based index of the first transform that sees the document in the collection
   */
  findRouted(name: string, stage: number, database: string | undefined): CollectionPath {
    const id = JSON.stringify([stage, database, name])
    let path = this.#routed.get(id)
    if (path === undefined) {
      path = this.#findAt(name, stage, database) ?? this.#makeRouted(name, stage, database)
      this.#routed.set(id, path)
    }
    return path
  }

  #findAt(name: string, stage: number, database: string | undefined): CollectionPath | undefined {
    for (const path of this.#paths.values()) {
      const isThere = !path.isLeftOut && path.names[stage] === name
      if (isThere && path.database === database) return path
    }
    return undefined
  }

  #makeRouted(name: string, stage: number, database: string | undefined): CollectionPath {
    const isSystem = name.startsWith('_')
    const info: CollectionInfo = {
      ...{ database, name, type: 'document', isSystem, parameters: {}, indexes: [] },
    }
    return this.#follow(info, stage)
  }

  #follow(info: CollectionInfo, firstStage: number): CollectionPath {
    const draft: Draft = {
      ...{ info, names: [], data: [], isLeftOut: false },
      ...{ hasParameters: false, hasIndexes: false },
    }
    for (const [stage, transform] of this.#transforms.entries()) {
      draft.names.push(draft.info.name)
      if (stage < firstStage) draft.data.push('unchanged')
      else if (!draft.isLeftOut) ask(transform, draft)
    }
    draft.names.push(draft.info.name)
    const { names, data, isLeftOut } = draft
    const plan = planOf(draft)
    return { database: info.database, type: info.type, names, data, isLeftOut, plan }
  }
}

function idOf(database: string | undefined, name: string | undefined): string {
  return JSON.stringify([database, name])
}

function ask(transform: DocumentTransform, draft: Draft): void {
  const change = askTransform(transform, draft.info)
  if (change === false) {
    draft.isLeftOut = true
    return
  }
  const { name, data, parameters, indexes } = change ?? {}
  draft.data.push(dataOf(transform, data))
  if (name !== undefined) draft.info = { ...draft.info, name }
  if (parameters !== undefined) {
    draft.hasParameters = true
    draft.info = { ...draft.info, parameters: { ...draft.info.parameters, ...parameters } }
  }
  if (indexes !== undefined) {
    draft.hasIndexes = true
    draft.info = { ...draft.info, indexes }
  }
}

function askTransform(
  transform: DocumentTransform,
  info: CollectionInfo,
): ReturnType<NonNullable<DocumentTransform['collection']>> {
  let change: ReturnType<NonNullable<DocumentTransform['collection']>>
  try {
    change = transform.collection?.(info)
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error
    throw failure(transform, info, `threw ${kind}`, error)
  }
  const name: unknown = change === false ? undefined : change?.name
  if (name === undefined || (typeof name === 'string' && name !== '')) return change
  throw failure(transform, info, 'gave a name that is no text', undefined)
}

function failure(
  transform: DocumentTransform,
  info: CollectionInfo,
  what: string,
  cause: unknown,
): TransformSetupError {
  const reason = `its collection() ${what} for collection "${info.name}"`
  return new TransformSetupError('apply', nameOf(transform), reason, { cause })
}

/** A name for messages, of transforms that have none too. */
export function nameOf({ name }: DocumentTransform): string {
  return name ?? 'document()'
}

/** A transform that has nothing to do with documents leaves them alone, whatever it says. */
function dataOf(transform: DocumentTransform, data: DataPlan | undefined): DataPlan {
  if (data === 'none') return 'none'
  const isIdle = transform.document === undefined && transform.line === undefined
  return isIdle && transform.removal === undefined ? 'unchanged' : (data ?? 'transform')
}

function planOf(draft: Draft): CollectionPlan | undefined {
  if (draft.isLeftOut) return undefined
  const { info, hasParameters, hasIndexes } = draft
  return {
    name: info.name,
    data: joinData(draft.data),
    parameters: hasParameters ? info.parameters : undefined,
    indexes: hasIndexes ? info.indexes : undefined,
  }
}

function joinData(data: readonly DataPlan[]): DataPlan {
  if (data.includes('none')) return 'none'
  return data.includes('transform') ? 'transform' : 'unchanged'
}

/** Names of rules that matched nothing, of all transforms that can tell. */
export function unusedRulesOf(transforms: readonly DocumentTransform[]): readonly string[] {
  return transforms.flatMap((transform) => transform.unusedRules?.() ?? [])
}
