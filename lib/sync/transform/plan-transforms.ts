import type { SnapshotCollection } from '../../replica/index.js'
import type { CollectionInfo, CollectionPlan, TransformRunner } from '../../streams/index.js'
import { WireFormatError, type CollectionDefinition } from '../../wire/index.js'
import { infoOf, transformDefinition } from './transform-definition.js'
import { TransformPlanError } from './transform-plan-error.js'

/** One collection of a copy, before and after transforms. */
export interface PlannedTransform {
  readonly source: SnapshotCollection
  readonly info: CollectionInfo
  readonly data: CollectionPlan['data']
  /** As the target is to have it. */
  readonly definition: CollectionDefinition
}

/** What transforms make of the chosen collections of a source. */
export interface PlannedTransforms {
  /** In the order of the source, without those that are left out. */
  readonly collections: readonly PlannedTransform[]
  readonly leftOut: readonly string[]
  /** The name of a collection at the target; undefined when it is left out. */
  readonly nameOf: (name: string) => string | undefined
}

interface Asked {
  readonly source: SnapshotCollection
  readonly info: CollectionInfo
  readonly plan: CollectionPlan | undefined
}

/**
 * Asks transforms about every collection of a copy, before anything of the target is touched.
 *
 * @param address - of the source, for messages
 * @throws TransformPlanError when two collections would have one name, or one a name that none can
 *   have; what a transform throws
 */
export function planTransforms(
  collections: readonly SnapshotCollection[],
  runner: TransformRunner,
  { address, database }: { readonly address: string; readonly database: string | undefined },
): PlannedTransforms {
  const asked = collections.map((source): Asked => {
    const info = infoOf(source.definition, database)
    return { source, info, plan: runner.plan(info) }
  })
  assertNames(asked, address)
  const names = new Map(asked.map(({ info, plan }) => [info.name, plan?.name]))
  const nameOf = (name: string): string | undefined => (names.has(name) ? names.get(name) : name)
  return {
    collections: asked.flatMap((one) => toPlanned(one, nameOf, address)),
    leftOut: asked.filter(({ plan }) => plan === undefined).map(({ info }) => info.name),
    nameOf,
  }
}

function toPlanned(
  { source, info, plan }: Asked,
  nameOf: PlannedTransforms['nameOf'],
  address: string,
): readonly PlannedTransform[] {
  if (plan === undefined) return []
  try {
    const definition = transformDefinition(source.definition, plan, nameOf)
    return [{ source, info, data: plan.data, definition }]
  } catch (error) {
    if (!(error instanceof WireFormatError)) throw error
    throw new TransformPlanError(address, error.message, { cause: error })
  }
}

function assertNames(asked: readonly Asked[], address: string): void {
  const owners = new Map<string, string>()
  for (const { info, plan } of asked) {
    if (plan === undefined) continue
    if (plan.name === '' || plan.name.includes('/')) {
      const reason = `"${info.name}" would become "${plan.name}", which no collection can be called`
      throw new TransformPlanError(address, reason)
    }
    const owner = owners.get(plan.name)
    if (owner !== undefined) {
      const reason = `"${owner}" and "${info.name}" would both become "${plan.name}"`
      throw new TransformPlanError(address, reason)
    }
    owners.set(plan.name, info.name)
  }
}
