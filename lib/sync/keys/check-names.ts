import type { KeyAccess, KeyChunk, WantedDocument } from '../../replica/index.js'
import { compareUtf8, parseRevision } from '../../values/index.js'
import { otherNameOf, readIds } from '../check-renamed.js'
import { seekTarget, type TargetCollectionView } from '../compare-collection.js'
import { IncomparableError } from '../incomparable-error.js'
import type { ReadLocalKeys } from './compare-chunks.js'

/** Documents that are looked at at the source. */
const SAMPLE_MAX = 8

/** A collection that may have, or have had, another name at the target. */
export interface NamedCollection {
  readonly name: string
  /** The name that it had at the target before this run, if another one. */
  readonly oldName: string | undefined
  readonly access: KeyAccess
  readonly chunks: readonly KeyChunk[]
  readonly target: TargetCollectionView
  readonly readLocal: ReadLocalKeys
  readonly signal: AbortSignal
}

/**
 * Looks whether documents of a collection that was renamed are the same at both sides, as
 * `checkRenamed` does: an `_id` has the name of its collection in it, which no hash tells.
 *
 * @throws IncomparableError when they are not the same, or no document of the first chunk shows that
 */
export async function checkNames(named: NamedCollection): Promise<void> {
  const { name, access, chunks, target, signal } = named
  const [chunk] = chunks
  if (chunk === undefined) return
  const local = await seekTarget(target)
  const found = named.oldName ?? (await otherNameOf(local, name, signal))
  if (found === undefined) return
  const common = await findCommon(named, chunk)
  const revisions = BigUint64Array.from(common, ({ revision }) => revision)
  const ours = await readIds(local.documents([revisions.sort()], { signal }))
  const theirs = await readIds(access.documents(chunk, common, { signal }))
  const isSame = [...theirs].every(([document, id]) => ours.get(document) === id)
  if (theirs.size > 0 && isSame) return
  throw new IncomparableError(`its documents still have the name "${found}" at the target`)
}

/** Documents of the first chunk that both sides have. */
async function findCommon(
  { access, readLocal, signal }: NamedCollection,
  chunk: KeyChunk,
): Promise<readonly WantedDocument[]> {
  const rows = await access.keys(chunk, { signal })
  const common: WantedDocument[] = []
  let position = 0
  for await (const page of readLocal({ through: chunk.high })) {
    for (const ours of page) {
      while (isBelow(rows[position]?.key, ours.key)) position += 1
      const theirs = rows[position]
      if (theirs?.key !== ours.key || theirs.rev !== ours.rev) continue
      common.push({ position, revision: parseRevision(ours.rev) })
      if (common.length === SAMPLE_MAX) return common
    }
  }
  return common
}

function isBelow(key: string | undefined, other: string): boolean {
  return key !== undefined && compareUtf8(key, other) < 0
}
