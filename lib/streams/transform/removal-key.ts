import type { CollectionPath } from './collection-paths.js'
import type { DocumentTransform } from './document-transform.js'

/** The way of a removal through transforms. */
export interface RemovalPath {
  readonly path: CollectionPath
  readonly transforms: readonly DocumentTransform[]
  /** The first transform that is asked. */
  readonly firstStage: number
}

/**
 * The key that the removal of a document has after transforms; undefined when one of them leaves it
 * out, or wants no documents of the collection.
 *
 * @param call - gives the key after a transform that has `removal()`
 */
export function removalKey(
  key: string,
  { path: { data }, transforms, firstStage }: RemovalPath,
  call: (transform: DocumentTransform, stage: number, key: string) => string | undefined,
): string | undefined {
  let changed = key
  for (const [stage, transform] of transforms.entries()) {
    if (stage < firstStage) continue
    if (data[stage] === 'none') return undefined
    if (data[stage] === 'unchanged' || transform.removal === undefined) continue
    const after: unknown = call(transform, stage, changed)
    // What a user's function gave may be anything, whatever its type says.
    if (typeof after !== 'string' || after === '') return undefined
    changed = after
  }
  return changed
}
