import type { MonoTypeOperatorFunction } from 'rxjs'
import { decodeText, MarkerScanner, readMarker, type Marker } from '../../wire/index.js'
import { filterMarkers, type MarkerLine } from './filter-chunk.js'
import type { ChangeKind, TailChunk, TailNames } from './tail-item.js'

/** Which collections {@link filterCollections} lets through, by name or globallyUniqueId. */
export interface CollectionFilter {
  /** Only these. Default: all. */
  readonly collections?: readonly string[] | undefined
  /** None of these. */
  readonly exclude?: readonly string[] | undefined
}

/**
 * Leaves out the markers of other collections; views count as collections. Markers of databases, of
 * types that are not known, and begins and ends of transactions stay.
 *
 * As with ArangoDB's own follower a collection that nobody has named yet stays, one made after the
 * tail began above all (client notes, 3.3): unless its `create-collection` marker has passed and told
 * its name. A marker that gives a collection another name stays when either name is wanted. Whether
 * system collections are in the log is up to the leader (`includeSystem`).
 *
 * Errors: MarkerLineError.
 */
export function filterCollections({
  collections,
  exclude = [],
}: CollectionFilter): MonoTypeOperatorFunction<TailChunk> {
  const wanted = collections === undefined ? undefined : new Set(collections)
  const unwanted = new Set(exclude)
  const isWanted = ({ names, guid }: KnownNames): boolean => {
    const known = guid === undefined ? names : [...names, guid]
    if (known.some((text) => unwanted.has(text))) return false
    return wanted === undefined || names.length === 0 || known.some((text) => wanted.has(text))
  }
  return filterMarkers(({ names }) => {
    // By globallyUniqueId, since few collections have many markers.
    const decided = new Map<string, boolean>()
    return (line) => {
      const { head, markers, kind } = line
      if (!speaksOfCollection(kind)) return true
      const { globallyUniqueId: id, collectionName } = head
      const guid = id.start < 0 ? '' : markers.buffer.toString('utf8', id.start, id.end)
      // What names the collection itself may tell more than was known.
      const isPlain = collectionName.start < 0 && !namesCollection(kind)
      const known = isPlain ? decided.get(guid) : undefined
      const stays = known ?? isWanted(findNames(line, names))
      if (id.start >= 0) decided.set(guid, stays)
      return stays
    }
  })
}

/** Leaves out the markers of other databases; those of a database that nobody has named stay. */
export function filterDatabases(databases: readonly string[]): MonoTypeOperatorFunction<TailChunk> {
  const wanted = new Set(databases)
  return filterMarkers(({ names, leader }) => (line) => {
    const { databaseName } = line.head
    const name =
      databaseName.start < 0
        ? (names.databaseName(readLine(line)) ?? leader.database)
        : decodeText(line.markers.buffer, databaseName.start, databaseName.end)
    return name === undefined || wanted.has(name)
  })
}

/**
 * Leaves out the markers that do something else. The log does not tell an insert from an update, so
 * `put`, `insert` and `update` are the same here.
 */
export function filterOperations(
  kinds: readonly ChangeKind[],
): MonoTypeOperatorFunction<TailChunk> {
  const wanted = new Set<ChangeKind>(
    kinds.map((kind) => (kind === 'insert' || kind === 'update' ? 'put' : kind)),
  )
  return filterMarkers(
    () =>
      ({ kind }) =>
        wanted.has(kind),
  )
}

function speaksOfCollection(kind: ChangeKind): boolean {
  return kind !== 'unknown' && kind !== 'create-database' && kind !== 'drop-database'
}

/** The marker itself tells a name of its collection. */
function namesCollection(kind: ChangeKind): boolean {
  return kind === 'create-collection' || kind === 'rename-collection' || kind === 'create-view'
}

/** What is known of a collection. */
interface KnownNames {
  /** Its name, also the one that it gets; empty when nobody has told one. */
  readonly names: readonly string[]
  readonly guid: string | undefined
}

function findNames(line: MarkerLine, names: TailNames): KnownNames {
  const marker = readLine(line)
  const guid = 'globallyUniqueId' in marker ? marker.globallyUniqueId : undefined
  const found = [
    'collectionName' in marker ? marker.collectionName : undefined,
    guid === undefined ? undefined : names.collectionName({ globallyUniqueId: guid }),
    namesCollection(line.kind) ? nameInData(marker) : undefined,
  ]
  return { names: found.filter((name) => name !== undefined), guid }
}

function nameInData(marker: Marker): string | undefined {
  if (!('data' in marker) || marker.data === undefined) return undefined
  const { name } = JSON.parse(marker.data.toString()) as { readonly name?: unknown }
  return typeof name === 'string' ? name : undefined
}

function readLine({ markers, index }: MarkerLine): Marker {
  const scanner = new MarkerScanner()
  markers.scanMarker(index, scanner)
  return readMarker(markers.buffer, scanner)
}
