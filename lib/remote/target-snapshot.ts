import type {
  InventoryOptions,
  Snapshot,
  SnapshotCollection,
  SnapshotInventory,
} from '../replica/index.js'
import type { BatchSession } from './batch-session.js'
import { RemoteSnapshot } from './remote-snapshot.js'

/**
 * A batch of a server that is written to. Its collections go by their names: a server gives each
 * collection that is made over HTTP a globallyUniqueId of its own.
 */
export function openTargetSnapshot(session: BatchSession): Snapshot {
  return new TargetSnapshot(session)
}

class TargetSnapshot extends RemoteSnapshot {
  override async inventory(options?: InventoryOptions): Promise<SnapshotInventory> {
    const inventory = await super.inventory(options)
    return { ...inventory, collections: inventory.collections.map(withoutGuid) }
  }
}

function withoutGuid({ definition, ...rest }: SnapshotCollection): SnapshotCollection {
  return { ...rest, definition: { ...definition, globallyUniqueId: undefined } }
}
