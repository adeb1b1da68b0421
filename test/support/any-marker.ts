import fc from 'fast-check'
import { tick, type Tick } from '../../lib/values/index.js'
import {
  MARKER_TYPE,
  type Marker,
  type MarkerForm,
  type MarkerObject,
} from '../../lib/wire/index.js'

const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const anyName = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('_rev', '_id', 'data', 'type', 'tick', 'db', 'tid', 'cid', 'index'),
)
const anyObject = fc.dictionary(anyName, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 })
const anyData = anyObject.map((object) => Buffer.from(JSON.stringify(object)))
const anyU64: fc.Arbitrary<Tick> = fc
  .oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 12n))
  .map(tick)

function headOf(form: MarkerForm) {
  const isWal = form === 'wal'
  return fc.record({
    form: fc.constant(form),
    tick: anyU64,
    databaseName: isWal ? anyText : fc.constant(undefined),
    databaseId: isWal ? fc.constant(undefined) : fc.nat().map(String),
  })
}

function objectOf(form: MarkerForm): fc.Arbitrary<MarkerObject> {
  const own = fc.record({
    globallyUniqueId: form === 'wal' ? anyText : fc.option(anyText, { nil: undefined }),
    collectionId: form === 'wal' ? fc.constant(undefined) : fc.nat().map(String),
    collectionName: form === 'wal' ? fc.constant(undefined) : anyText,
  })
  return fc.tuple(headOf(form), own).map(([head, object]) => ({ ...head, ...object }))
}

function documentOf(form: MarkerForm): fc.Arbitrary<Marker> {
  const parts = fc.record({
    object: objectOf(form),
    type: fc.constantFrom(MARKER_TYPE.document, MARKER_TYPE.edge),
    transactionId: anyU64,
    key: anyText,
    attributes: anyObject,
  })
  return parts.map(({ object, type, transactionId, key, attributes }) => {
    const document: Record<string, unknown> = { ...attributes, _key: key }
    const revision = document['_rev']
    const revisionText = typeof revision === 'string' ? revision : undefined
    const data = Buffer.from(JSON.stringify(document))
    return { kind: 'document', type, ...object, transactionId, key, revisionText, data }
  })
}

function removalOf(form: MarkerForm): fc.Arbitrary<Marker> {
  const revisionText = fc.option(fc.string(), { nil: undefined })
  const parts = fc.record({ transactionId: anyU64, key: anyText, revisionText })
  return fc
    .tuple(objectOf(form), parts)
    .map(([object, own]) => ({ kind: 'removal', type: MARKER_TYPE.removal, ...object, ...own }))
}

const DEFINITIONS = fc.constantFrom(
  { kind: 'create-collection', type: MARKER_TYPE.createCollection } as const,
  { kind: 'rename-collection', type: MARKER_TYPE.renameCollection } as const,
  { kind: 'change-collection', type: MARKER_TYPE.changeCollection } as const,
  { kind: 'create-index', type: MARKER_TYPE.createIndex } as const,
  { kind: 'drop-index', type: MARKER_TYPE.dropIndex } as const,
  { kind: 'create-view', type: MARKER_TYPE.createView } as const,
  { kind: 'change-view', type: MARKER_TYPE.changeView } as const,
)
const ENDS = fc.constantFrom(
  { kind: 'drop-collection', type: MARKER_TYPE.dropCollection } as const,
  { kind: 'truncate-collection', type: MARKER_TYPE.truncateCollection } as const,
  { kind: 'drop-view', type: MARKER_TYPE.dropView } as const,
)
const TRANSACTIONS = fc.constantFrom(
  { kind: 'begin', type: MARKER_TYPE.begin } as const,
  { kind: 'commit', type: MARKER_TYPE.commit } as const,
  { kind: 'abort', type: MARKER_TYPE.abort } as const,
)

function markerOf(form: MarkerForm): fc.Arbitrary<Marker> {
  const noData = fc.constant(undefined)
  const endData = form === 'wal' ? noData : fc.option(anyData, { nil: undefined })
  const { createDatabase, dropDatabase } = MARKER_TYPE
  return fc.oneof(
    documentOf(form),
    removalOf(form),
    fc
      .tuple(DEFINITIONS, objectOf(form), anyData)
      .map(([own, o, data]): Marker => ({ ...own, ...o, data })),
    fc
      .tuple(ENDS, objectOf(form), endData)
      .map(([own, o, data]): Marker => ({ ...own, ...o, data })),
    fc
      .tuple(TRANSACTIONS, headOf(form), anyU64)
      .map(([own, head, transactionId]): Marker => ({ ...own, ...head, transactionId })),
    fc.tuple(headOf(form), anyData).map(([head, data]): Marker => ({
      kind: 'create-database',
      type: createDatabase,
      ...head,
      data,
    })),
    headOf(form).map((head): Marker => ({ kind: 'drop-database', type: dropDatabase, ...head })),
  )
}

/** Any marker of a known type, in either form. */
export const anyMarker: fc.Arbitrary<Marker> = fc
  .constantFrom<MarkerForm>('wal', 'logger')
  .chain(markerOf)
