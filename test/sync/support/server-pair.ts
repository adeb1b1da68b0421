import assert from 'node:assert/strict'
import { lastValueFrom, tap, toArray } from 'rxjs'
import {
  openRemote,
  openRemoteTarget,
  type RemoteTargetOptions,
} from '../../../lib/remote/index.js'
import type { RemoteAddress, Source } from '../../../lib/replica/index.js'
import type { Store } from '../../../lib/store/index.js'
import { sync, type SyncEvent, type SyncOptions } from '../../../lib/sync/index.js'
import { startTestLeader, type TestLeader } from '../../server/support/test-leader.js'
import { DATABASE } from './replica-pair.js'

/** Two leaders: one is read from, the other one written to. */
export interface ServerPair {
  readonly source: () => TestLeader
  readonly target: () => TestLeader
  /**
   * Runs a synchronisation from the one into the other.
   *
   * @param ends - other ends than the two leaders
   */
  readonly run: (options?: SyncOptions, ends?: ServerEnds) => Promise<readonly SyncEvent[]>
  /** Fails unless collections of both, without system collections, hold the same documents. */
  readonly assertEqual: () => Promise<void>
}

/** What {@link ServerPair.run} may use instead. */
interface ServerEnds {
  readonly source?: Source | undefined
  /** URL of the target. */
  readonly targetUrl?: string | undefined
  readonly target?: RemoteTargetOptions | undefined
  readonly onEvent?: ((event: SyncEvent) => void) | undefined
}

/** The address of a database of a server. */
function addressOf(url: string, database: string = DATABASE): RemoteAddress {
  return { kind: 'remote', url, database }
}

/** Starts both before each test of the suite; call inside `describe`. */
export function useServerPair(): ServerPair {
  let pair: readonly [TestLeader, TestLeader] | undefined
  const both = (): readonly [TestLeader, TestLeader] => pair ?? assert.fail('no leaders')
  beforeEach(async () => {
    pair = await Promise.all([startTestLeader(), startTestLeader()])
  })
  afterEach(async () => {
    await Promise.all(both().map((leader) => leader.close()))
  })
  return {
    source: () => both()[0],
    target: () => both()[1],
    async run(
      options: SyncOptions = {},
      { source: given, targetUrl = both()[1].url, target, onEvent }: ServerEnds = {},
    ) {
      const source = given ?? openRemote(addressOf(both()[0].url))
      const into = openRemoteTarget(addressOf(targetUrl), { retryDelayMs: 1, ...target })
      try {
        const events$ = sync(source, into, { workers: 0, ...options })
        return await lastValueFrom(events$.pipe(tap(onEvent), toArray()))
      } finally {
        await Promise.all([source.close(), into.close()])
      }
    },
    async assertEqual() {
      const [expected, actual] = await Promise.all(both().map(({ store }) => contentsOf(store)))
      assert.deepEqual(actual, expected)
    },
  }
}

/** Documents of each collection without `_id`, and its indexes without what is local. */
async function contentsOf(store: Store): Promise<Record<string, unknown>> {
  const snapshot = await store.openSnapshot()
  try {
    const database = store.database(DATABASE) ?? assert.fail('there is a database')
    const contents: Record<string, unknown> = {}
    for (const collection of snapshot.collections(database)) {
      const { name, type, indexes, isSystem } = collection.definition
      if (isSystem) continue
      const blocks: Buffer[] = []
      for await (const block of snapshot.readLines(collection, { form: 'bare' })) blocks.push(block)
      const lines = Buffer.concat(blocks)
        .toString()
        .split('\n')
        .filter((line) => line !== '')
      const own = indexes.map(({ id: _id, ...index }) => index)
      const documents = lines.map((line) => line.replace(/"_id":"[^"]*",/, '')).sort()
      contents[name] = { type, indexes: own, documents }
    }
    return contents
  } finally {
    snapshot.close()
  }
}

/** The events of one kind. */
export function eventsOf<Kind extends SyncEvent['kind']>(
  events: readonly SyncEvent[],
  kind: Kind,
): readonly Extract<SyncEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<SyncEvent, { kind: Kind }> => event.kind === kind)
}

/** What a run warned of. */
export function warningsOf(events: readonly SyncEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))
}

/** Documents of a collection, by key, without what a server may choose itself. */
export async function textsOf(store: Store, name = 'c'): Promise<readonly unknown[]> {
  const found = (await contentsOf(store))[name] as { readonly documents: readonly string[] }
  return found.documents.map((line) => {
    const { _rev, ...document } = JSON.parse(line) as Record<string, unknown>
    return document
  })
}
