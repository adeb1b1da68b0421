import type { SnapshotCollection, WriteResult } from '../../replica/index.js'

/**
 * Tells of collections that have fewer documents than were written into them: transforms made several
 * with one key, of which the last one stays. Where removals were written too, nothing can be told.
 *
 * @param present - the collections of the target after the copy
 * @param written - what was written, by the names of collections
 * @returns a warning for each
 */
export function findLostKeys(
  present: readonly SnapshotCollection[],
  written: ReadonlyMap<string, WriteResult>,
): readonly string[] {
  return present.flatMap(({ definition, size }) => {
    const { documents, removals } = written.get(definition.name) ?? { documents: 0, removals: 1 }
    if (removals > 0 || size.documents === undefined || size.documents >= documents) return []
    const counts = `${documents} documents were written and ${size.documents} are there`
    const reason = 'of several with one _key the last one stays'
    return [`Collection "${definition.name}": ${counts}, since ${reason}`]
  })
}
