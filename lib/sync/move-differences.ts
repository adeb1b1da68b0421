import type { DumpedChunk, RevisionAccess, TargetRepair } from '../replica/index.js'
import { readAhead } from '../streams/index.js'
import type { RevisionRange } from '../values/index.js'
import { seekTarget, type TargetCollectionView } from './compare-collection.js'
import { gatherWrites, sourceShare } from './gather-writes.js'
import { IncomparableError } from './incomparable-error.js'
import { mergeRevisions } from './merge-revisions.js'
import type { RepairMeter } from './repair-meter.js'
import type { SourceCollection } from './source-collection.js'
import { NO_TOTALS, type CollectionTotals } from './sync-event.js'

/** Spreads the low bits, in which revisions that follow each other differ. */
const ODD_FACTOR = 0x9e3779b1

const GIVES_REVISIONS = 'the target gives documents revisions of its own'

/** What differs, where it comes from and where it goes. */
export interface Differences {
  readonly source: SourceCollection
  /** The target as it is before anything is moved. */
  readonly target: TargetCollectionView
  readonly into: TargetRepair
  /** In which the trees differ; ascending and disjoint. */
  readonly ranges: readonly RevisionRange[]
  readonly maxInFlightBytes: number | undefined
  readonly meter: RepairMeter
  readonly signal: AbortSignal
}

/** What one round moved. */
export interface MovedDifferences {
  /** Revisions that only the source had. */
  readonly wanted: number
  /** Documents that it gave for them. */
  readonly written: number
  /** A text that is another one, as good as certainly, when the round was not the same. */
  readonly digest: string
}

/**
 * Walks through the revisions of both sides inside the ranges, and moves what only one side has: block
 * by block, first what the target has too much is removed, then what it lacks is asked for. So a key
 * that has another revision now is free when its document comes, but for one whose old revision lies
 * in a later block: that document is replaced then, and its old revision is gone when it is removed.
 *
 * One chunk is written while the next one is fetched. Each block of revisions is compared when the
 * source wants to know what to fetch next.
 *
 * @param onMoved - is told what was done since the last time, which may be nothing but comparing
 */
export async function moveDifferences(
  differences: Differences,
  onMoved: (moved: CollectionTotals) => void,
): Promise<MovedDifferences> {
  const { source, target, ranges, meter } = differences
  meter.add({ ranges: ranges.length })
  const local = await seekTarget(target)
  return source.withAccess(ranges, (remote) => move(differences, remote, local, onMoved))
}

async function move(
  differences: Differences,
  remote: RevisionAccess,
  local: RevisionAccess,
  onMoved: (moved: CollectionTotals) => void,
): Promise<MovedDifferences> {
  const { into, meter, maxInFlightBytes, signal } = differences
  const { onTransfer } = meter
  const share = sourceShare(maxInFlightBytes)
  let wanted = 0
  let written = 0
  const mixed: [low: number, high: number] = [0, 0]
  async function* findWanted(): AsyncGenerator<BigUint64Array> {
    for await (const missing of removeSurplus(differences, remote, local, onMoved)) {
      wanted += missing.length
      mixIn(missing, mixed)
      yield missing
    }
  }
  const options = { signal, maxInFlightBytes: share, onTransfer }
  for await (const dumped of gatherWrites(remote.documents(findWanted(), options), share)) {
    signal.throwIfAborted()
    const moved = await write(into, dumped)
    meter.add({ fetched: moved.documents })
    written += moved.documents
    onMoved(moved)
  }
  return { wanted, written, digest: `${wanted} ${written} ${mixed.join(' ')}` }
}

/** Mixes the lanes of revisions; in memory the low lane comes first. */
function mixIn(revisions: BigUint64Array, mixed: [low: number, high: number]): void {
  const lanes = new Uint32Array(revisions.buffer, revisions.byteOffset, 2 * revisions.length)
  for (let lane = 0; lane < lanes.length; lane += 2) {
    mixed[0] ^= Math.imul(lanes[lane] as number, ODD_FACTOR)
    mixed[1] ^= lanes[lane + 1] as number
  }
}

async function write(into: TargetRepair, dumped: DumpedChunk): Promise<CollectionTotals> {
  const { readBytes, chunk } = dumped
  if (into.tryWrite === undefined) return { readBytes, ...(await into.write(chunk)) }
  const { result, refused } = await into.tryWrite(chunk)
  if (refused !== undefined) {
    throw new IncomparableError('documents stand in the way of others by a unique index')
  }
  // The next round would find new revisions again.
  if (result.replacedRevisions > 0) throw new IncomparableError(GIVES_REVISIONS)
  return { readBytes, ...result }
}

/** Compares, removes what only the target has, and gives what only the source has. */
async function* removeSurplus(
  { into, meter, ranges, signal }: Differences,
  remote: RevisionAccess,
  local: RevisionAccess,
  onMoved: (moved: CollectionTotals) => void,
): AsyncGenerator<BigUint64Array> {
  const { onTransfer } = meter
  const theirs = readAhead(remote.revisions(ranges, { signal, onTransfer }))
  const ours = readAhead(local.revisions(ranges, { signal }))
  for await (const { onlyA, onlyB, compared } of mergeRevisions(theirs, ours)) {
    const { removals } =
      onlyB.length === 0 ? NO_TOTALS : await into.removeRevisions(onlyB, { signal })
    meter.add({ revisionsCompared: compared, removed: onlyB.length })
    onMoved({ ...NO_TOTALS, removals })
    if (onlyA.length > 0) yield onlyA
  }
}
