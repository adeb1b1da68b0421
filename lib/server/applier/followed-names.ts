import type { CollectionSelection } from '../../sync/index.js'
import { isReplicated } from '../../wire/index.js'
import type { ApplierConfig } from './applier-config.js'

/**
 * Which collections a background follower follows. System collections that are not to be followed stay
 * out even if they are named, and names that nobody has are no error (client notes, 1.4 and 1.5).
 */
export function followedNames(config: ApplierConfig): CollectionSelection {
  const { includeSystem, includeFoxxQueues, restrictType, restrictCollections } = config
  const system = { includeSystem, includeFoxxQueues }
  if (restrictType === '') return system
  if (restrictType === 'exclude') {
    return { ...system, exclude: restrictCollections, skipsUnknown: true }
  }
  const collections = restrictCollections.filter((name) => isReplicated(name, system))
  return { ...system, collections, skipsUnknown: true }
}
