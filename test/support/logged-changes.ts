import { openStore, type Store } from '../../lib/store/index.js'
import { tick, type Tick } from '../../lib/values/index.js'
import { parseMarkerLine, type Marker } from '../../lib/wire/index.js'
import { databaseOf } from '../server/support/test-leader.js'

const READ_BYTES = 4 * 1024 * 1024

/** One line of a log, as far as tests compare it. */
export interface LoggedChange {
  readonly tick: Tick
  readonly kind: Marker['kind']
  /** The globallyUniqueId of a collection or view, else undefined. */
  readonly guid: string | undefined
  /** Of documents and removals. */
  readonly key: string | undefined
  readonly revision: string | undefined
  /** Id of the transaction; 0 for what stands alone, and for definitions. */
  readonly transactionId: Tick
  /** The attribute `value` of a document. */
  readonly value: string | undefined
}

/**
 * Reads the log of the database `_system` of a store, which another process may have open, without
 * system collections.
 */
export async function readChanges(path: string, after: Tick = tick(0n)): Promise<LoggedChange[]> {
  const store = await openStore(path, { mode: 'read' })
  try {
    return await changesOf(store, after)
  } finally {
    await store.close()
  }
}

/** The log of that database of an open store, behind a tick. */
export async function changesOf(store: Store, after: Tick = tick(0n)): Promise<LoggedChange[]> {
  const { id: databaseId } = databaseOf(store, '_system')
  const snapshot = await store.openSnapshot()
  const changes: LoggedChange[] = []
  try {
    for (let from = after; ;) {
      const { blocks, count, lastIncluded } = await snapshot.readLog({
        after: from,
        form: 'wal',
        databaseId,
        system: { includeSystem: false },
        chunkBytes: READ_BYTES,
      })
      for (const line of Buffer.concat(blocks).toString().split('\n')) {
        if (line !== '') changes.push(toChange(parseMarkerLine(Buffer.from(line))))
      }
      if (count === 0) return changes
      from = lastIncluded
    }
  } finally {
    snapshot.close()
  }
}

function toChange(marker: Marker): LoggedChange {
  return {
    tick: marker.tick,
    kind: marker.kind,
    guid: 'globallyUniqueId' in marker ? marker.globallyUniqueId : undefined,
    key: 'key' in marker ? marker.key : undefined,
    revision: 'revisionText' in marker ? marker.revisionText : undefined,
    transactionId: 'transactionId' in marker ? marker.transactionId : tick(0n),
    value: marker.kind === 'document' ? valueOf(marker.data) : undefined,
  }
}

function valueOf(document: Buffer): string | undefined {
  const { value } = JSON.parse(document.toString()) as { readonly value?: unknown }
  return typeof value === 'string' ? value : undefined
}

/** What a change did, in one text: equal in the logs of a leader and of who follows it. */
export function describeChange({ kind, guid, key, revision }: LoggedChange): string {
  return [kind, guid, key, revision].filter((part) => part !== undefined).join(' ')
}
