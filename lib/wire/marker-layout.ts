import { MARKER_TYPE } from './marker-type.js'
import type {
  DefinitionMarker,
  DocumentMarker,
  EndMarker,
  MarkerForm,
  TransactionMarker,
} from './marker.js'

/** An attribute of a marker whose value is a short text or a number. */
export type MarkerMember = 'tick' | 'type' | 'db' | 'database' | 'tid' | 'cuid' | 'cid' | 'cname'

/** In which order a marker is written. */
interface MemberOrder {
  readonly beforeData: readonly MarkerMember[]
  readonly hasData: boolean
  readonly afterData: readonly MarkerMember[]
}

/** What a type means, and in which order its markers are written in each form. */
export type MarkerLayout = { readonly order: Readonly<Record<MarkerForm, MemberOrder>> } & (
  | { readonly shape: 'create-database' }
  | { readonly shape: 'drop-database' }
  | ({ readonly shape: 'definition' } & Pick<DefinitionMarker, 'kind' | 'type'>)
  | ({ readonly shape: 'end' } & Pick<EndMarker, 'kind' | 'type'>)
  | ({ readonly shape: 'transaction' } & Pick<TransactionMarker, 'kind' | 'type'>)
  | ({ readonly shape: 'document' } & Pick<DocumentMarker, 'type'>)
  | { readonly shape: 'removal' }
)
type MarkerOrder = MarkerLayout['order']

/*
 * The orders of `wal` are RocksDB's (server notes, section 9). Those of `logger` are what recorded
 * answers show of documents and dropped collections, and the same for all others; but for `tid`, which
 * older clients look for right behind the type, as they do for the data behind the name (driver notes).
 */
const LOGGER_OBJECT = inOrder('tick', 'type', 'database', 'cuid', 'cid', 'cname', 'data')
const DATABASE_DATA: MarkerOrder = {
  wal: inOrder('tick', 'type', 'db', 'data'),
  logger: inOrder('tick', 'type', 'database', 'data'),
}
const DATABASE: MarkerOrder = {
  wal: inOrder('tick', 'type', 'db'),
  logger: inOrder('tick', 'type', 'database'),
}
const COLLECTION: MarkerOrder = {
  wal: inOrder('tick', 'db', 'cuid', 'type', 'data'),
  logger: LOGGER_OBJECT,
}
const INDEX: MarkerOrder = {
  wal: inOrder('tick', 'type', 'db', 'cuid', 'data'),
  logger: LOGGER_OBJECT,
}
const VIEW: MarkerOrder = {
  wal: inOrder('tick', 'db', 'cuid', 'data', 'type'),
  logger: LOGGER_OBJECT,
}
const END: MarkerOrder = { wal: inOrder('tick', 'type', 'db', 'cuid'), logger: LOGGER_OBJECT }
const TRANSACTION: MarkerOrder = {
  wal: inOrder('tick', 'type', 'tid', 'db'),
  logger: inOrder('tick', 'type', 'tid', 'database'),
}
const OPERATION: MarkerOrder = {
  wal: inOrder('tick', 'type', 'db', 'cuid', 'tid', 'data'),
  logger: inOrder('tick', 'type', 'tid', 'database', 'cuid', 'cid', 'cname', 'data'),
}

const LAYOUTS: ReadonlyMap<number, MarkerLayout> = new Map<number, MarkerLayout>([
  [MARKER_TYPE.createDatabase, { shape: 'create-database', order: DATABASE_DATA }],
  [MARKER_TYPE.dropDatabase, { shape: 'drop-database', order: DATABASE }],
  definition('create-collection', MARKER_TYPE.createCollection, COLLECTION),
  end('drop-collection', MARKER_TYPE.dropCollection),
  definition('rename-collection', MARKER_TYPE.renameCollection, COLLECTION),
  definition('change-collection', MARKER_TYPE.changeCollection, COLLECTION),
  end('truncate-collection', MARKER_TYPE.truncateCollection),
  definition('create-index', MARKER_TYPE.createIndex, INDEX),
  definition('drop-index', MARKER_TYPE.dropIndex, INDEX),
  definition('create-view', MARKER_TYPE.createView, VIEW),
  end('drop-view', MARKER_TYPE.dropView),
  definition('change-view', MARKER_TYPE.changeView, VIEW),
  transaction('begin', MARKER_TYPE.begin),
  transaction('commit', MARKER_TYPE.commit),
  transaction('abort', MARKER_TYPE.abort),
  document(MARKER_TYPE.document),
  document(MARKER_TYPE.edge),
  [MARKER_TYPE.removal, { shape: 'removal', order: OPERATION }],
])

/** What a type means; undefined for one that is not known. */
export function layoutOfType(type: number): MarkerLayout | undefined {
  return LAYOUTS.get(type)
}

type Row = [type: number, layout: MarkerLayout]

function definition(
  kind: DefinitionMarker['kind'],
  type: DefinitionMarker['type'],
  order: MarkerOrder,
): Row {
  return [type, { shape: 'definition', kind, type, order }]
}

function end(kind: EndMarker['kind'], type: EndMarker['type']): Row {
  return [type, { shape: 'end', kind, type, order: END }]
}

function transaction(kind: TransactionMarker['kind'], type: TransactionMarker['type']): Row {
  return [type, { shape: 'transaction', kind, type, order: TRANSACTION }]
}

function document(type: DocumentMarker['type']): Row {
  return [type, { shape: 'document', type, order: OPERATION }]
}

function inOrder(...names: readonly (MarkerMember | 'data')[]): MemberOrder {
  const split = names.indexOf('data')
  const isMember = (name: MarkerMember | 'data'): name is MarkerMember => name !== 'data'
  return {
    beforeData: (split < 0 ? names : names.slice(0, split)).filter(isMember),
    hasData: split >= 0,
    afterData: (split < 0 ? [] : names.slice(split)).filter(isMember),
  }
}
