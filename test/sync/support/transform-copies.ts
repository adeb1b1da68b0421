import assert from 'node:assert/strict'
import { lastValueFrom, toArray } from 'rxjs'
import type { Source } from '../../../lib/replica/index.js'
import { openStoreSource, openStoreTarget } from '../../../lib/store/index.js'
import {
  fullSync,
  type FullSyncOptions,
  type SyncEvent,
  type SyncFinished,
} from '../../../lib/sync/index.js'
import { createFakeRunner, type FakeTransform } from '../../support/fake-runner.js'
import { useTemporaryDirectory } from '../../support/temporary-directory.js'

/** Copies into a store through transforms. */
export interface TransformCopies {
  readonly at: (name: string) => string
  readonly copy: (
    source: Source,
    transform: FakeTransform,
    options?: FullSyncOptions,
  ) => Promise<SyncEvent[]>
  /** The texts of the documents of each collection that the store has. */
  readonly copied: () => Promise<Record<string, string[]>>
}

/** The event that ended a copy. */
export function finishedOf(events: readonly SyncEvent[]): SyncFinished {
  const last = events.at(-1)
  assert.ok(last?.kind === 'finished')
  return last
}

/** Makes a store for each test of the suite; call inside `describe`. */
export function useTransformCopies(): TransformCopies {
  const { at } = useTemporaryDirectory()

  async function copy(
    source: Source,
    transform: FakeTransform,
    options: FullSyncOptions = {},
  ): Promise<SyncEvent[]> {
    const target = await openStoreTarget(at('store'), 'db')
    const runner = createFakeRunner(transform)
    try {
      return await lastValueFrom(
        fullSync(source, target, { ...options, transform: runner }).pipe(toArray()),
      )
    } finally {
      await target.close()
    }
  }

  /** The texts of the documents of each collection that the target has. */
  async function copied(): Promise<Record<string, string[]>> {
    const source = await openStoreSource(at('store'), 'db')
    const found: Record<string, string[]> = {}
    try {
      const snapshot = await source.openSnapshot()
      const { collections } = await snapshot.inventory()
      for (const { definition } of collections) {
        if (definition.isSystem) continue
        const lines: string[] = []
        for await (const { chunk } of snapshot.dump(definition)) {
          lines.push(...chunk.buffer.toString().trimEnd().split('\n'))
        }
        found[`${definition.name}${definition.type === 3 ? ' (edges)' : ''}`] = lines
      }
      await snapshot.close()
      return found
    } finally {
      await source.close()
    }
  }

  return { at, copy, copied }
}
