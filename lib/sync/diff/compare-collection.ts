import type { DumpedChunk, SnapshotCollection } from '../../replica/index.js'
import { CollectionDiff } from './collection-diff.js'
import { compareByContent } from './compare-by-content.js'
import { compareByRevision } from './compare-by-revision.js'
import {
  NO_DIFF_READING,
  NO_DIFF_TOTALS,
  type DiffCollectionCompared,
  type DiffTotals,
} from './diff-event.js'
import type { DiffMethod } from './diff-options.js'
import type { DiffRun } from './diff-run.js'
import { nameOf, presenceOf, sizeOf, type CollectionPair } from './pair-collections.js'

/**
 * Compares one collection and tells its differences.
 *
 * @param index - 0-based place among the collections of the run
 */
export async function compareCollection(
  run: DiffRun,
  pair: CollectionPair,
  index: number,
): Promise<DiffCollectionCompared> {
  const name = nameOf(pair)
  run.emit({ kind: 'collection-started', collection: name, index, size: sizeOf(pair) })
  const { by, totals } = await compareBothSides(run, pair, name)
  const presence = presenceOf(pair)
  const { onlyInA, onlyInB, different } = totals
  const compared: DiffCollectionCompared = {
    kind: 'collection-compared',
    collection: name,
    index,
    presence,
    by,
    isEqual: presence === 'both' && onlyInA + onlyInB + different === 0,
    isComplete: !run.teller.isFull,
    ...totals,
  }
  run.emit(compared)
  return compared
}

/** What came of a collection. */
interface Outcome {
  readonly by: DiffMethod | undefined
  readonly totals: DiffTotals
}

async function compareBothSides(
  run: DiffRun,
  { a, b }: CollectionPair,
  name: string,
): Promise<Outcome> {
  if (a === undefined) {
    const { definition } = b
    await run.teller.tell({ kind: 'collectionOnlyInB', collection: name, key: null, definition })
    return { by: undefined, totals: NO_DIFF_TOTALS }
  }
  if (b === undefined) return tellOnlyInA(run, a)
  const definitions = { a: a.definition, b: b.definition }
  const diff = new CollectionDiff(run, { name, definitions, size: sizeOf({ a, b }) })
  const by = await compareShared(diff, whyNotByRevision(run, a, b))
  if (by === 'revision' && diff.isRevisionAlone) run.emit({ kind: 'hint', message: hintOf(diff) })
  return { by, totals: diff.totals }
}

/** Compares by revision unless that is not wanted or cannot be, and says so. */
async function compareShared(
  diff: CollectionDiff,
  knownReason: string | undefined,
): Promise<DiffMethod> {
  const { run, collection } = diff
  if (run.options.by !== 'content') {
    const reason = knownReason ?? (await compareByRevision(diff))
    if (reason === undefined) return 'revision'
    const message = `collection "${collection.name}" is compared by content: ${reason}`
    run.emit({ kind: 'warning', message })
  }
  await compareByContent(diff)
  return 'content'
}

function whyNotByRevision(
  run: DiffRun,
  a: SnapshotCollection,
  b: SnapshotCollection,
): string | undefined {
  if (!a.hasReplacedRevisions && !b.hasReplacedRevisions) return undefined
  const { address } = a.hasReplacedRevisions ? run.a : run.b
  return `documents of it in ${address} could not keep the revisions they came with`
}

function hintOf({ collection, totals }: CollectionDiff): string {
  const what = `all ${totals.different} different documents of "${collection.name}"`
  return `${what} differ in _rev alone; a comparison by content would leave it out`
}

async function tellOnlyInA(run: DiffRun, { definition }: SnapshotCollection): Promise<Outcome> {
  const { name } = definition
  let dumpBytes = 0
  await run.teller.tell({
    kind: 'collectionOnlyInA',
    collection: name,
    key: null,
    definition,
    async *documents(): AsyncGenerator<DumpedChunk> {
      for await (const dumped of run.a.snapshot.dump(definition, { signal: run.signal })) {
        dumpBytes += dumped.readBytes
        yield dumped
      }
    },
  })
  const totals = { ...NO_DIFF_TOTALS, read: { ...NO_DIFF_READING, dumpBytes } }
  return { by: undefined, totals }
}
