import type { OperationOptions, ReplicaNotice, Snapshot, Source } from '../../replica/index.js'
import { openScratch, type Scratch } from '../../store/index.js'
import { putAside, readAgain } from './collection-lines.js'
import { edgeCollections, reachDocuments } from './reach-documents.js'
import { ReachedDocuments } from './reached-documents.js'
import { assertSubsetOptions, type SubsetOptions } from './subset-options.js'
import { SubsetSnapshot } from './subset-snapshot.js'

/**
 * A part of a source: the documents that can be reached from some of them over edges in so many
 * steps, and every edge both of whose ends are kept, of whatever edge collection. System collections
 * are kept whole, other collections keep their definition. It has no log. That of a server is for
 * copying alone, since a server gives each collection of a snapshot once.
 *
 * The edges are read once for each step when a snapshot is opened, and what was reached is kept on the
 * disk; so are the edges of a server.
 *
 * @throws RangeError at the call, for options that are no use; SubsetError when a snapshot is opened,
 *   for a collection that does not exist
 */
export function subsetSource(source: Source, options: SubsetOptions): Source {
  assertSubsetOptions(options)
  return {
    address: source.address,
    database: source.database,
    openSnapshot: (operation) => openSubset(source, options, operation),
    get onNotice(): (notice: ReplicaNotice) => void {
      return source.onNotice
    },
    set onNotice(listener: (notice: ReplicaNotice) => void) {
      source.onNotice = listener
    },
    close: () => source.close(),
  }
}

async function openSubset(
  source: Source,
  options: SubsetOptions,
  operation: OperationOptions = {},
): Promise<Snapshot> {
  const scratch = await openScratch({ directory: options.scratchDirectory })
  let snapshot: Snapshot | undefined
  try {
    snapshot = await source.openSnapshot(operation)
    return await reach(source, snapshot, scratch, options, operation)
  } catch (error) {
    await snapshot?.close()
    await scratch.close()
    throw error
  }
}

async function reach(
  source: Source,
  snapshot: Snapshot,
  scratch: Scratch,
  options: SubsetOptions,
  operation: OperationOptions,
): Promise<Snapshot> {
  const { address } = source
  const { collections } = await snapshot.inventory(operation)
  const lines = givesOnce(address) ? putAside(snapshot, scratch) : readAgain(snapshot)
  const reached = new ReachedDocuments(scratch)
  const parts = { snapshot, collections, lines, reached, options }
  const named = await reachDocuments({ address, ...parts }, operation)
  return new SubsetSnapshot({
    ...parts,
    named,
    edges: new Set(edgeCollections(collections).map(({ definition }) => definition.name)),
    onWarning: (message) => {
      source.onNotice({ kind: 'warning', message })
    },
    release: () => scratch.close(),
  })
}

/** A server keeps the position of a dump, so one cannot be begun twice. */
function givesOnce(address: string): boolean {
  return /^https?:/.test(address)
}
