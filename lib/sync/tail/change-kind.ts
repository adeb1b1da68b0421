import { MARKER_TYPE } from '../../wire/index.js'
import type { ChangeKind } from './tail-item.js'

const KINDS: ReadonlyMap<number, ChangeKind | 'frame'> = new Map<number, ChangeKind | 'frame'>([
  [MARKER_TYPE.createDatabase, 'create-database'],
  [MARKER_TYPE.dropDatabase, 'drop-database'],
  [MARKER_TYPE.createCollection, 'create-collection'],
  [MARKER_TYPE.dropCollection, 'drop-collection'],
  [MARKER_TYPE.renameCollection, 'rename-collection'],
  [MARKER_TYPE.changeCollection, 'change-collection'],
  [MARKER_TYPE.truncateCollection, 'truncate'],
  [MARKER_TYPE.createIndex, 'create-index'],
  [MARKER_TYPE.dropIndex, 'drop-index'],
  [MARKER_TYPE.createView, 'create-view'],
  [MARKER_TYPE.dropView, 'drop-view'],
  [MARKER_TYPE.changeView, 'change-view'],
  [MARKER_TYPE.begin, 'frame'],
  [MARKER_TYPE.commit, 'frame'],
  [MARKER_TYPE.abort, 'frame'],
  [MARKER_TYPE.document, 'put'],
  [MARKER_TYPE.edge, 'put'],
  [MARKER_TYPE.removal, 'remove'],
])

/** What a marker of a type does; `frame` for the begin and the ends of transactions. */
export function changeKindOf(type: number): ChangeKind | 'frame' {
  return KINDS.get(type) ?? 'unknown'
}
