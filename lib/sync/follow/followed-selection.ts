import type { FollowedCollections } from '../../replica/index.js'

/**
 * Writes a selection one way only: names sorted and once each, nothing that says nothing.
 *
 * @returns undefined where all collections are meant but system ones
 */
export function normaliseSelection(
  selection: FollowedCollections,
): FollowedCollections | undefined {
  const { collections, exclude = [] } = selection
  // A system collection that is named takes part, and with names the flags say nothing.
  const system = collections === undefined ? systemFlags(selection) : {}
  const normal = {
    ...(collections === undefined ? {} : { collections: sorted(collections) }),
    ...(exclude.length === 0 ? {} : { exclude: sorted(exclude) }),
    ...system,
  }
  return Object.keys(normal).length === 0 ? undefined : normal
}

function systemFlags({
  includeSystem = false,
  includeFoxxQueues = false,
}: FollowedCollections): FollowedCollections {
  if (!includeSystem) return {}
  return includeFoxxQueues ? { includeSystem, includeFoxxQueues } : { includeSystem }
}

/** Tells whether two selections choose the same names. */
export function isSameSelection(
  a: FollowedCollections | undefined,
  b: FollowedCollections | undefined,
): boolean {
  return textOf(a) === textOf(b)
}

/** Says in words what is followed. */
export function describeSelection(selection: FollowedCollections | undefined): string {
  const kept = normaliseSelection(selection ?? {}) ?? {}
  const { collections, exclude, includeSystem, includeFoxxQueues } = kept
  const parts = [
    collections === undefined ? 'all collections' : `only ${quoted(collections)}`,
    ...(includeSystem === true ? ['system collections too'] : []),
    ...(includeFoxxQueues === true ? ['queues of Foxx too'] : []),
    ...(exclude === undefined ? [] : [`not ${quoted(exclude)}`]),
  ]
  return parts.join(', ')
}

/** The leader has to send markers of system collections, since one of them takes part. */
export function wantsSystem({ collections, includeSystem = false }: FollowedCollections): boolean {
  return collections === undefined
    ? includeSystem
    : collections.some((name) => name.startsWith('_'))
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

function textOf(selection: FollowedCollections | undefined): string {
  return JSON.stringify(normaliseSelection(selection ?? {}) ?? {})
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
