import {
  addResults,
  NOTHING_WRITTEN,
  type TargetCollection,
  type TargetCopy,
  type WriteResult,
} from '../../replica/index.js'
import { gatherLines, moveIds, type CollectionInfo, type EntryChunk } from '../../streams/index.js'
import {
  DOCUMENT_COLLECTION,
  EDGE_COLLECTION,
  parseCollectionDefinition,
  type CollectionDefinition,
} from '../../wire/index.js'
import { CollectionMissingError, CollectionsExistError, type CopyParts } from '../copy-parts.js'
import { TransformPlanError } from './transform-plan-error.js'

/** Collections that are kept open for documents that may still be sent there. */
const OPEN_MAX = 256

/**
 * The collections of a copy by name, for documents that transforms send from one into another. One
 * that the copy does not have is made: for edges when the first documents come from edges. As long as
 * documents may be sent into a collection it is not finished, however many of its own are written.
 */
export class RoutedWrites {
  readonly #copy: TargetCopy
  readonly #collections = new Map<string, Promise<TargetCollection>>()
  /** What finishes the collections that were to be finished, in the order in which they were. */
  readonly #open = new Map<string, () => Promise<void>>()
  readonly #closed = new Set<string>()
  readonly #made: string[] = []
  #written = NOTHING_WRITTEN
  /** What was written into each collection, documents that were sent there too. */
  readonly #totals = new Map<string, WriteResult>()

  readonly #parts: CopyParts & { readonly target: string }

  /** @param parts - how the copy treats what the target has, and its address for messages */
  constructor(copy: TargetCopy, parts: CopyParts & { readonly target: string }) {
    this.#copy = copy
    this.#parts = parts
  }

  /** Names of the collections that were made. */
  get made(): readonly string[] {
    return this.#made
  }

  /** What was written of documents that were sent elsewhere. */
  get written(): WriteResult {
    return this.#written
  }

  /** What was written into each collection, by its name. */
  get totals(): ReadonlyMap<string, WriteResult> {
    return this.#totals
  }

  /** Makes a collection of the copy; the one that is given takes one write after the other. */
  async replace(definition: CollectionDefinition): Promise<TargetCollection> {
    const made = this.#replace(definition)
    this.#collections.set(definition.name, made)
    return made
  }

  /** Opens a collection of the copy as it is. As {@link replace}. */
  async fill(name: string): Promise<TargetCollection | undefined> {
    const there = await this.#copy.fillCollection(name)
    if (there === undefined) return undefined
    const filled = this.#share(name, there)
    this.#collections.set(name, Promise.resolve(filled))
    return filled
  }

  /** Writes documents of a collection into the one of that name. */
  async write(name: string, chunks: readonly EntryChunk[], from: CollectionInfo): Promise<void> {
    const [first, ...rest] = chunks.map((chunk) => moveIds(chunk, name))
    if (first === undefined) return
    if (this.#closed.has(name)) throw new TransformPlanError(from.name, tooLate(name))
    if (name === '' || name.includes('/')) throw new TransformPlanError(from.name, noName(name))
    const into = await this.#find(name, from)
    this.#written = addResults(this.#written, await into.write(gatherLines([first, ...rest])))
  }

  #find(name: string, { type }: CollectionInfo): Promise<TargetCollection> {
    const found = this.#collections.get(name)
    if (found !== undefined) return found
    const made = this.#make(name, type)
    this.#collections.set(name, made)
    return made
  }

  /** Makes a collection that is not part of the plan, unless the copy is to make none. */
  async #make(name: string, type: CollectionInfo['type']): Promise<TargetCollection> {
    const { definitions = true, overwrite = true, target } = this.#parts
    const there = definitions && overwrite ? undefined : await this.#copy.fillCollection(name)
    if (!definitions) {
      if (there === undefined) throw new CollectionMissingError(name, target)
      return this.#share(name, there)
    }
    if (there !== undefined) throw new CollectionsExistError([name], target)
    const parameters = { name, type: type === 'edge' ? EDGE_COLLECTION : DOCUMENT_COLLECTION }
    const what = 'the definition of a collection that documents are sent to'
    this.#made.push(name)
    return this.#replace(parseCollectionDefinition({ parameters, indexes: [] }, what))
  }

  async #replace(definition: CollectionDefinition): Promise<TargetCollection> {
    return this.#share(definition.name, await this.#copy.replaceCollection(definition))
  }

  #share(name: string, unshared: TargetCollection): TargetCollection {
    const collection = inTurn(this.#counted(name, unshared))
    if (collection.finish === undefined) return collection
    const finish = async (): Promise<void> => collection.finish?.()
    return { ...collection, finish: () => this.#finishLater(name, finish) }
  }

  #counted(name: string, collection: TargetCollection): TargetCollection {
    const write = async (chunk: EntryChunk): Promise<WriteResult> => {
      const result = await collection.write(chunk)
      this.#totals.set(name, addResults(this.#totals.get(name) ?? NOTHING_WRITTEN, result))
      return result
    }
    return withWrite(collection, write)
  }

  /** Only so many stay open: each may hold a file, and what compresses it. */
  async #finishLater(name: string, finish: () => Promise<void>): Promise<void> {
    this.#open.set(name, finish)
    const [oldest] = this.#open
    if (this.#open.size <= OPEN_MAX || oldest === undefined) return
    this.#open.delete(oldest[0])
    this.#closed.add(oldest[0])
    await oldest[1]()
  }

  /** Finishes what is open; nothing more can be sent anywhere. */
  async finish(): Promise<void> {
    for (const finish of this.#open.values()) await finish()
    this.#open.clear()
  }
}

function noName(name: string): string {
  return `documents are sent to "${name}", which no collection can be called`
}

function tooLate(name: string): string {
  return `documents are sent to "${name}", which is complete: at most ${OPEN_MAX} collections stay open`
}

function withWrite(
  collection: TargetCollection,
  write: TargetCollection['write'],
): TargetCollection {
  const written: TargetCollection = {
    write,
    createIndexes: (indexes) => collection.createIndexes(indexes),
  }
  if (collection.finish === undefined) return written
  return { ...written, finish: async () => collection.finish?.() }
}

/** A collection whose writes come from several sides, so that each waits for the one before. */
function inTurn(collection: TargetCollection): TargetCollection {
  let last: Promise<unknown> = Promise.resolve()
  const after = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  const turns: TargetCollection = {
    write: (chunk) => after(() => collection.write(chunk)),
    createIndexes: (indexes) => after(() => collection.createIndexes(indexes)),
  }
  if (collection.finish === undefined) return turns
  return { ...turns, finish: () => after(async () => collection.finish?.()) }
}
