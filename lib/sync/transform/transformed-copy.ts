import assert from 'node:assert/strict'
import { IN_FLIGHT_BYTES_MAX } from '../../core/index.js'
import {
  NOTHING_WRITTEN,
  type DumpedChunk,
  type DumpOptions,
  type Snapshot,
  type SnapshotCollection,
  type TargetCopy,
  type WriteResult,
} from '../../replica/index.js'
import type { TransformRunner } from '../../streams/index.js'
import type { CollectionDefinition } from '../../wire/index.js'
import type { CopyParts } from '../copy-parts.js'
import type { CopyPlan } from '../copy-plan.js'
import { findLostKeys } from './find-lost-keys.js'
import { planTransforms, type PlannedTransform, type PlannedTransforms } from './plan-transforms.js'
import { RoutedWrites } from './routed-writes.js'
import { transformDumped } from './transform-dumped.js'
import { countsSince, type TransformTotals } from './transform-totals.js'
import { transformViews } from './transform-views.js'

/**
 * Puts transforms into a plan: its collections and views become what they are to be at the target,
 * and its snapshot gives their documents transformed.
 *
 * @throws TransformPlanError when that cannot be copied
 */
export function transformPlan(
  plan: CopyPlan,
  runner: TransformRunner,
  { database, ...parts }: CopyParts & { readonly database: string | undefined },
): CopyPlan {
  const planned = planTransforms(plan.collections, runner, { address: plan.source, database })
  const early = transformViews(plan.earlyViews, planned.nameOf)
  const late = transformViews(plan.lateViews, planned.nameOf)
  const transforms = new CopyTransforms(planned, runner, { ...parts, target: plan.target })
  const changesNames = planned.leftOut.length > 0 || transforms.renamed.length > 0
  const names = planned.collections.map(({ definition }) => definition.name)
  return {
    ...plan,
    snapshot: transforms.snapshotOf(plan.snapshot),
    collections: planned.collections.map(toCollection),
    // What is left out stays as it is at the target, even when that is half a copy.
    restrictedTo: changesNames || plan.restrictedTo !== undefined ? names : undefined,
    earlyViews: early.views,
    lateViews: late.views,
    warnings: [...early.warnings, ...late.warnings],
    transforms,
  }
}

/** A count of documents tells nothing of what will be written, as long as bytes tell what was read. */
function toCollection({ source, definition }: PlannedTransform): SnapshotCollection {
  const { size, hasReplacedRevisions } = source
  const { bytes } = size
  const told = bytes === undefined ? size : { documents: undefined, bytes }
  return { definition, size: told, hasReplacedRevisions }
}

/** Transforms at work in one copy. */
class CopyTransforms {
  readonly renamed: TransformTotals['renamed']
  readonly #leftOut: readonly string[]
  /** By their names at the target. */
  readonly #collections: ReadonlyMap<string, PlannedTransform>
  readonly #parts: CopyParts & { readonly target: string }
  readonly #runner: TransformRunner
  readonly #before: TransformRunner['counts']
  #routed: RoutedWrites | undefined

  constructor(
    { collections, leftOut }: PlannedTransforms,
    runner: TransformRunner,
    parts: CopyParts & { readonly target: string },
  ) {
    this.#parts = parts
    this.#collections = new Map(collections.map((one) => [one.definition.name, one]))
    this.#leftOut = leftOut
    this.renamed = collections
      .map(({ info, definition }) => ({ from: info.name, to: definition.name }))
      .filter(({ from, to }) => from !== to)
    this.#runner = runner
    this.#before = { ...runner.counts }
  }

  get totals(): TransformTotals {
    const counts = countsSince(this.#runner.counts, this.#before)
    const made = this.#routed?.made ?? []
    return { ...counts, renamed: this.renamed, leftOut: this.#leftOut, made }
  }

  get routed(): WriteResult {
    return this.#routed?.written ?? NOTHING_WRITTEN
  }

  /** Tells of documents that are not at the target, since others have their keys. */
  async lostKeys(copy: TargetCopy, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const snapshot = await copy.openSnapshot({ signal })
    try {
      const { collections } = await snapshot.inventory({ signal })
      return findLostKeys(collections, this.#routed?.totals ?? new Map())
    } finally {
      await snapshot.close()
    }
  }

  watch(copy: TargetCopy): TargetCopy {
    const routed = new RoutedWrites(copy, this.#parts)
    this.#routed = routed
    return {
      replaceCollection: (definition) => routed.replace(definition),
      openCollection: (definition) => copy.openCollection(definition),
      fillCollection: (name) => routed.fill(name),
      dropCollection: (name) => copy.dropCollection(name),
      openSnapshot: (options) => copy.openSnapshot(options),
      replaceView: (view) => copy.replaceView(view),
      async finish(position) {
        await routed.finish()
        await copy.finish(position)
      },
    }
  }

  /** The snapshot as a copy reads it, by the definitions of the plan. */
  snapshotOf(snapshot: Snapshot): Snapshot {
    return {
      tick: snapshot.tick,
      serverId: snapshot.serverId,
      inventory: (options) => snapshot.inventory(options),
      dump: (definition, options) => this.#dump(snapshot, definition, options),
      tree: (definition, options) => snapshot.tree(this.#sourceOf(definition), options),
      close: () => snapshot.close(),
    }
  }

  async *#dump(
    snapshot: Snapshot,
    definition: CollectionDefinition,
    options: DumpOptions = {},
  ): AsyncGenerator<DumpedChunk> {
    const { source, info, data } = this.#plannedOf(definition)
    if (data === 'none') return
    const routed = this.#routed
    assert.ok(routed !== undefined, 'a copy begins before it reads')
    yield* transformDumped(snapshot.dump(source.definition, options), {
      runner: data === 'unchanged' ? undefined : this.#runner,
      info,
      name: definition.name,
      share: options.maxInFlightBytes ?? IN_FLIGHT_BYTES_MAX,
      route: (name, chunks) => routed.write(name, chunks, info),
    })
  }

  #sourceOf(definition: CollectionDefinition): CollectionDefinition {
    return this.#plannedOf(definition).source.definition
  }

  #plannedOf(definition: CollectionDefinition): PlannedTransform {
    const planned = this.#collections.get(definition.name)
    assert.ok(planned !== undefined, `"${definition.name}" is not part of this copy`)
    return planned
  }
}
