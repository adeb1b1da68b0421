import type {
  GlobalSnapshot,
  OperationOptions,
  ReplicaNotice,
  Snapshot,
  Source,
} from '../replica/index.js'

/**
 * Makes another snapshot of one, which it closes.
 *
 * @param source - of the snapshot
 */
export type WrapSnapshot = (
  snapshot: Snapshot,
  options: OperationOptions,
  source: Pick<Source, 'database' | 'onNotice'>,
) => Snapshot | Promise<Snapshot>

/**
 * A source whose snapshots are seen through a function, those of all its databases too. Its log is
 * left out: what it tells would not be seen so.
 *
 * @param wrap - gets each snapshot; what it makes of it closes it
 */
export function wrapSource(source: Source, wrap: WrapSnapshot): Source {
  const open = source.openGlobalSnapshot?.bind(source)
  return {
    address: source.address,
    database: source.database,
    get onNotice(): (notice: ReplicaNotice) => void {
      return source.onNotice
    },
    set onNotice(listener: (notice: ReplicaNotice) => void) {
      source.onNotice = listener
    },
    async openSnapshot(options = {}) {
      const snapshot = await source.openSnapshot(options)
      try {
        return await wrap(snapshot, options, source)
      } catch (error) {
        await snapshot.close()
        throw error
      }
    },
    ...(open === undefined
      ? {}
      : { openGlobalSnapshot: async (options) => wrapGlobal(await open(options), wrap) }),
    close: () => source.close(),
  }
}

function wrapGlobal(snapshot: GlobalSnapshot, wrap: WrapSnapshot): GlobalSnapshot {
  const lacks = snapshot.lacks?.bind(snapshot)
  return {
    tick: snapshot.tick,
    serverId: snapshot.serverId,
    databases: snapshot.databases,
    source: (database) => wrapSource(snapshot.source(database), wrap),
    ...(lacks === undefined ? {} : { lacks }),
    close: () => snapshot.close(),
  }
}
