import type { OperationOptions, SnapshotCollection } from '../../replica/index.js'
import { DumpLineScanner, EDGE_COLLECTION } from '../../wire/index.js'
import { edgeEndsOf, type EdgeEnds } from './edge-ends.js'
import type { CollectionLines } from './collection-lines.js'
import type { ReachedDocuments } from './reached-documents.js'
import { SubsetError, type StartFilter, type SubsetOptions } from './subset-options.js'

/** Where a subset is looked for. */
export interface Reach {
  /** For messages. */
  readonly address: string
  readonly collections: readonly SnapshotCollection[]
  readonly lines: CollectionLines
  readonly reached: ReachedDocuments
  readonly options: SubsetOptions
}

/** The collections that edges, or documents to begin at, name. */
export type NamedCollections = ReadonlySet<string>

/**
 * Goes from the documents to begin at along edges, each step one pass over the edge collections.
 *
 * @throws SubsetError when a collection that is named does not exist
 */
export async function reachDocuments(
  reach: Reach,
  operation: OperationOptions,
): Promise<NamedCollections> {
  const { collections, lines, reached, options } = reach
  const edges = edgeCollections(collections)
  const followed = chooseFollowed(reach, edges)
  const isSearched = typeof options.start === 'function'
  for (const { definition } of isSearched ? collections.filter(isOwn) : edges) {
    await lines.prepare(definition, operation)
  }
  const named = new Set<string>()
  await begin(reach, named, operation)
  for (let step = 1; step <= options.steps; step += 1) {
    const before = reached.count
    for (const collection of followed) {
      await eachEdge(collection, reach, operation, (ends) => followEdge(ends, step, reach))
    }
    if (reached.count === before) break
  }
  for (const collection of edges) await nameEnds(collection, reach, named, operation)
  return named
}

/** Edge collections whose edges may be kept. */
export function edgeCollections(
  collections: readonly SnapshotCollection[],
): readonly SnapshotCollection[] {
  return collections.filter(
    (collection) => isOwn(collection) && collection.definition.type === EDGE_COLLECTION,
  )
}

/** A collection of the user's. */
function isOwn({ definition: { isSystem, isDeleted } }: SnapshotCollection): boolean {
  return !isSystem && !isDeleted
}

function chooseFollowed(
  { address, options }: Reach,
  edges: readonly SnapshotCollection[],
): readonly SnapshotCollection[] {
  const { edges: wanted } = options
  if (wanted === undefined) return edges
  const names = new Set(edges.map(({ definition }) => definition.name))
  const unknown = wanted.find((name) => !names.has(name))
  if (unknown !== undefined) {
    throw new SubsetError(address, `there is no edge collection "${unknown}"`)
  }
  return edges.filter(({ definition }) => wanted.includes(definition.name))
}

async function begin(reach: Reach, named: Set<string>, operation: OperationOptions): Promise<void> {
  const { address, collections, reached, options } = reach
  const { start } = options
  if (typeof start === 'function') {
    await findStart(start, reach, named, operation)
    return
  }
  const names = new Set(collections.map(({ definition }) => definition.name))
  for (const id of start) {
    const name = collectionOf(id)
    if (!names.has(name)) throw new SubsetError(address, `there is no collection "${name}"`)
    named.add(name)
    await reached.add(id, 0)
  }
}

async function findStart(
  isStart: StartFilter,
  { collections, reached, lines }: Reach,
  named: Set<string>,
  operation: OperationOptions,
): Promise<void> {
  for (const { definition } of collections.filter(isOwn)) {
    for await (const { chunk } of lines.read(definition, operation)) {
      for (const document of chunk.documents()) {
        if (!isStart(document, definition.name)) continue
        named.add(definition.name)
        await reached.add(`${definition.name}/${String(document['_key'])}`, 0)
      }
    }
  }
}

/** What was reached in this same step counts for the next one only. */
function followEdge({ from, to }: EdgeEnds, step: number, reach: Reach): void | Promise<void> {
  const { reached, options } = reach
  const { direction = 'any' } = options
  const fromStep = reached.stepOf(from)
  const toStep = reached.stepOf(to)
  if (fromStep === undefined && toStep !== undefined && direction !== 'out') {
    if (toStep < step) return reached.add(from, step)
  } else if (toStep === undefined && fromStep !== undefined && direction !== 'in') {
    if (fromStep < step) return reached.add(to, step)
  }
}

async function nameEnds(
  collection: SnapshotCollection,
  reach: Reach,
  named: Set<string>,
  operation: OperationOptions,
): Promise<void> {
  if (reach.options.keepOthers !== true) return
  // Only names of collections are kept, so that what edges say cannot fill the memory.
  const known = new Set(reach.collections.map(({ definition }) => definition.name))
  const add = (id: string): void => {
    const name = collectionOf(id)
    if (known.has(name)) named.add(name)
  }
  await eachEdge(collection, reach, operation, ({ from, to }) => {
    add(from)
    add(to)
  })
}

async function eachEdge(
  { definition }: SnapshotCollection,
  { lines }: Reach,
  operation: OperationOptions,
  visit: (ends: EdgeEnds) => void | Promise<void>,
): Promise<void> {
  const scanner = new DumpLineScanner()
  for await (const { chunk } of lines.read(definition, operation)) {
    for (let index = 0; index < chunk.lineCount; index += 1) {
      if (!chunk.scanLine(index, scanner)) continue
      const ends = edgeEndsOf(chunk.buffer, scanner)
      if (ends === undefined) continue
      const waiting = visit(ends)
      if (waiting !== undefined) await waiting
    }
  }
}

/** The name of the collection in an id; empty where there is none. */
function collectionOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('/')))
}
