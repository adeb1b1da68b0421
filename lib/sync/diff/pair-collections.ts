import type { CollectionSize, SnapshotCollection } from '../../replica/index.js'
import { selectCollections, type CollectionSelection } from '../select-collections.js'
import { UnknownCollectionError } from '../unknown-collection-error.js'
import type { DiffPresence } from './diff-event.js'

const NAMES_SHOWN_MAX = 20

/** A collection by what each side has of its name; at least one side has it. */
export type CollectionPair =
  | { readonly a: SnapshotCollection; readonly b: SnapshotCollection }
  | { readonly a: SnapshotCollection; readonly b: undefined }
  | { readonly a: undefined; readonly b: SnapshotCollection }

/** The collections of one replica. */
interface SideCollections {
  readonly collections: readonly SnapshotCollection[]
  /** For errors. */
  readonly address: string
}

/**
 * Chooses the collections of two replicas and matches them by name: in the order of A's inventory,
 * then those that only B has. Where one side has documents and the other one edges, that is two
 * collections, each on one side only; the one that B would have to lose comes first.
 *
 * @throws {@link UnknownCollectionError} when a name that was chosen or left out is on neither side
 */
export function pairCollections(
  a: SideCollections,
  b: SideCollections,
  selection: CollectionSelection,
): CollectionPair[] {
  assertKnown(a, b, selection)
  const ofA = select(a, selection)
  const ofB = select(b, selection)
  const byName = new Map(ofB.map((one) => [one.definition.name, one]))
  const pairs = ofA.flatMap((one): CollectionPair[] => {
    const other = byName.get(one.definition.name)
    byName.delete(one.definition.name)
    if (other === undefined) return [{ a: one, b: undefined }]
    if (other.definition.type === one.definition.type) return [{ a: one, b: other }]
    return [
      { a: undefined, b: other },
      { a: one, b: undefined },
    ]
  })
  return [...pairs, ...Array.from(byName.values(), (one) => ({ a: undefined, b: one }))]
}

/** The name of a collection, which both sides share. */
export function nameOf({ a, b }: CollectionPair): string {
  return a === undefined ? b.definition.name : a.definition.name
}

/** Which side has it. */
export function presenceOf({ a, b }: CollectionPair): DiffPresence {
  if (a === undefined) return 'onlyInB'
  return b === undefined ? 'onlyInA' : 'both'
}

/** The size of both sides together. */
export function sizeOf({ a, b }: CollectionPair): CollectionSize {
  const sizes = [a, b].flatMap((one) => (one === undefined ? [] : [one.size]))
  return {
    documents: addKnown(sizes.map(({ documents }) => documents)),
    bytes: addKnown(sizes.map(({ bytes }) => bytes)),
  }
}

function addKnown(counts: readonly (number | undefined)[]): number | undefined {
  let sum = 0
  for (const count of counts) {
    if (count === undefined) return undefined
    sum += count
  }
  return sum
}

/** Names that only the other side has say nothing about this one. */
function select(
  { collections, address }: SideCollections,
  selection: CollectionSelection,
): readonly SnapshotCollection[] {
  const present = namesOf(collections)
  const known = (names: readonly string[] | undefined): readonly string[] | undefined =>
    names?.filter((name) => present.has(name))
  const own = {
    ...selection,
    collections: known(selection.collections),
    exclude: known(selection.exclude),
  }
  return selectCollections(collections, own, address)
}

function assertKnown(
  a: SideCollections,
  b: SideCollections,
  { collections = [], exclude = [] }: CollectionSelection,
): void {
  const present = new Set([...namesOf(a.collections), ...namesOf(b.collections)])
  const unknown = [...collections, ...exclude].filter((name) => !present.has(name))
  if (unknown.length === 0) return
  const known = [...present].slice(0, NAMES_SHOWN_MAX)
  throw new UnknownCollectionError(unknown, `${a.address} or ${b.address}`, known)
}

function namesOf(collections: readonly SnapshotCollection[]): ReadonlySet<string> {
  const present = collections.filter(({ definition }) => !definition.isDeleted)
  return new Set(present.map(({ definition }) => definition.name))
}
