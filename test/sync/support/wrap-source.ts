import type { RevisionAccess, Snapshot, Source } from '../../../lib/replica/index.js'

/** A source whose snapshots do something else in places. */
export function wrapSource(
  source: Source,
  change: (snapshot: Snapshot) => Partial<Snapshot>,
): Source {
  return {
    address: source.address,
    database: source.database,
    get onNotice() {
      return source.onNotice
    },
    set onNotice(listener) {
      source.onNotice = listener
    },
    close: () => source.close(),
    async openSnapshot(options) {
      const snapshot = await source.openSnapshot(options)
      const plain: Snapshot = {
        tick: snapshot.tick,
        serverId: snapshot.serverId,
        inventory: (inner) => snapshot.inventory(inner),
        dump: (collection, inner) => snapshot.dump(collection, inner),
        tree: (collection, inner) => snapshot.tree(collection, inner),
        seek: (collection, inner) =>
          snapshot.seek?.(collection, inner) ?? Promise.resolve(undefined),
        close: () => snapshot.close(),
      }
      return { ...plain, ...change(snapshot) }
    },
  }
}

/** A source whose lookups by revision do something else in places. */
export function wrapAccess(
  source: Source,
  change: (access: RevisionAccess) => Partial<RevisionAccess>,
): Source {
  return wrapSource(source, (snapshot) => ({
    async seek(collection, options) {
      const access = await snapshot.seek?.(collection, options)
      return access === undefined ? undefined : { ...access, ...change(access) }
    },
  }))
}
