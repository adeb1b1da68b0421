import type { DumpedChunk, RevisionAccess } from '../replica/index.js'
import { revision, type RevisionRange } from '../values/index.js'
import { seekTarget, type ComparedTrees, type TargetCollectionView } from './compare-collection.js'
import { IncomparableError } from './incomparable-error.js'
import type { SourceCollection } from './source-collection.js'

/** Documents that are looked at: the oldest ones, which both sides are likely to have. */
const SAMPLE_MAX = 8
const EVERYTHING: RevisionRange = { from: revision(0n), through: revision(2n ** 64n - 1n) }

/** A collection that may have, or have had, another name at the target. */
export interface RenamedCollection {
  readonly source: SourceCollection
  readonly target: TargetCollectionView
  readonly trees: ComparedTrees
  /** The name that it had at the target before this run, if another one. */
  readonly oldName: string | undefined
  readonly signal: AbortSignal
}

/**
 * Looks whether documents of a collection that was renamed are the same at both sides. An `_id` begins
 * with the name of the collection; on a server all of them change with it, in our own store none does,
 * and neither changes revisions, so trees do not tell. One document that both have does.
 *
 * A run that ended early may have left nothing but the new name, so the oldest documents of the target
 * are looked at in any case: nothing is asked of the source where they have the collection's name.
 *
 * @throws IncomparableError when they are not the same, or no document shows that they are
 */
export async function checkRenamed(renamed: RenamedCollection): Promise<void> {
  const { source, target, trees, signal } = renamed
  const { rangeMin, rangeMax } = trees.targetTree
  const all = { from: revision(rangeMin), through: revision(rangeMax - 1n) }
  const local = await seekTarget(target)
  const sample = await firstOf(local.revisions([all], { signal }))
  const [first] = sample
  const last = sample.at(-1)
  if (first === undefined || last === undefined) return
  const ours = await readIds(local.documents([sample], { signal }))
  const oldName = renamed.oldName ?? otherNameIn(ours, source.collection.definition.name)
  if (oldName === undefined) return
  const range = { from: revision(first), through: revision(last) }
  const theirs = await source.withAccess([range], (remote) =>
    readIds(remote.documents([sample], { signal })),
  )
  const common = [...theirs].filter(([document]) => ours.has(document))
  const isSame = common.every(([document, id]) => ours.get(document) === id)
  if (common.length > 0 && isSame) return
  throw new IncomparableError(`its documents still have the name "${oldName}" at the target`)
}

/**
 * Looks whether the oldest documents of a target have the name of another collection in their `_id`.
 *
 * @returns that name; undefined when they have the right one
 */
export async function otherNameOf(
  local: RevisionAccess,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const sample = await firstOf(local.revisions([EVERYTHING], { signal }))
  return otherNameIn(await readIds(local.documents([sample], { signal })), name)
}

/** The name of another collection that one of the documents has in its `_id`. */
function otherNameIn(ids: ReadonlyMap<string, unknown>, name: string): string | undefined {
  for (const id of ids.values()) {
    if (typeof id !== 'string') continue
    const found = id.slice(0, Math.max(id.indexOf('/'), 0))
    if (found !== name) return found
  }
  return undefined
}

async function firstOf(blocks: AsyncIterable<BigUint64Array>): Promise<BigUint64Array> {
  for await (const block of blocks) return block.slice(0, SAMPLE_MAX)
  return new BigUint64Array()
}

/** The `_id` of documents, by key and revision. */
export async function readIds(
  dumped: AsyncIterable<DumpedChunk>,
): Promise<ReadonlyMap<string, unknown>> {
  const ids = new Map<string, unknown>()
  for await (const { chunk } of dumped) {
    for (const text of chunk.buffer.toString().split('\n')) {
      if (text.trim() === '') continue
      const { _key, _rev, _id } = JSON.parse(text) as Readonly<Record<string, unknown>>
      ids.set(JSON.stringify([_key, _rev]), _id)
    }
  }
  return ids
}
