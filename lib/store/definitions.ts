import {
  DOCUMENT_COLLECTION,
  EDGE_COLLECTION,
  type CollectionDefinition,
  type Json,
  type JsonObject,
} from '../wire/index.js'
import { checkCollectionName } from './names.js'
import { StoreError } from './store-error.js'
import type { NewCollection, NewView } from './store.js'

/** What is never reported (server notes, section 3). */
const HIDDEN_PARAMETERS = ['objectId', 'path', 'statusString', 'indexes']
/** What says which collection it is; changing properties leaves these alone. */
const FIXED_PARAMETERS = [
  ...HIDDEN_PARAMETERS,
  'id',
  'cid',
  'planId',
  'name',
  'type',
  'globallyUniqueId',
  'isSystem',
  'status',
  'deleted',
  // Where the collection's tree begins.
  'minRevision',
]

/** What ArangoDB 3.12 reports of a collection that nobody said anything about. */
const DEFAULT_PARAMETERS: JsonObject = {
  allowUserKeys: true,
  cacheEnabled: false,
  computedValues: null,
  internalValidatorType: 0,
  isDisjoint: false,
  isSmart: false,
  isSmartChild: false,
  keyOptions: { allowUserKeys: true, type: 'traditional', lastValue: 0 },
  minReplicationFactor: 1,
  numberOfShards: 1,
  replicationFactor: 1,
  schema: null,
  shardKeys: ['_key'],
  shards: {},
  syncByRevision: true,
  usesRevisionsAsDocumentIds: true,
  version: 9,
  waitForSync: false,
  writeConcern: 1,
}

/** Whose definition it is. */
export interface LocalIdentity {
  readonly id: number
  /** Decimal. */
  readonly serverId: string
}

/** The globallyUniqueId of what was made here: `h`, the server id in hexadecimal, the local id. */
function localGuid({ id, serverId }: LocalIdentity): string {
  return `h${BigInt(serverId).toString(16).toUpperCase()}/${id}`
}

/**
 * Makes the parameters that are kept and reported: those given, in their order, except for what
 * cannot be true here, then the ones that are missing.
 *
 * @throws StoreError `ERR_NAME_INVALID`, or `ERR_DEFINITION_INVALID` for an unknown type
 */
export function localParameters(given: NewCollection, identity: LocalIdentity): JsonObject {
  const { name, type, parameters = {} } = given
  checkCollectionName(name)
  if (!isCollectionType(type)) throw refused(`collection "${name}"`, 'its type is not 2 or 3')
  const id = String(identity.id)
  const isSystem = name.startsWith('_')
  const guid = isSystem ? name : (readGuid(parameters) ?? localGuid(identity))
  const own = {
    cid: id,
    deleted: false,
    globallyUniqueId: guid,
    id,
    isSystem,
    name,
    planId: id,
    status: 3,
    type,
  }
  return mergeAttributes(without(parameters, HIDDEN_PARAMETERS), own, DEFAULT_PARAMETERS)
}

/** The parameters after a change: attributes that say which collection it is stay. */
export function changedParameters(old: JsonObject, change: JsonObject): JsonObject {
  return { ...old, ...without(change, FIXED_PARAMETERS) }
}

/**
 * The parameters that a collection of a definition would be made with, in the order of the old ones;
 * attributes that say which collection it is stay.
 */
export function matchedParameters(
  old: JsonObject,
  wanted: CollectionDefinition,
  identity: LocalIdentity,
): JsonObject {
  const made = without(localParameters(wanted, identity), FIXED_PARAMETERS)
  const kept = Object.entries(old).filter(
    ([name]) => FIXED_PARAMETERS.includes(name) || Object.hasOwn(made, name),
  )
  return { ...Object.fromEntries(kept), ...made }
}

/** Makes the properties of a view that are kept and reported. */
export function localViewProperties(given: NewView, identity: LocalIdentity): JsonObject {
  const { name, type, properties = {} } = given
  checkCollectionName(name)
  if (type === '') throw refused(`view "${name}"`, 'it has no type')
  const guid = readGuid(properties) ?? localGuid(identity)
  return mergeAttributes(properties, {
    globallyUniqueId: guid,
    id: String(identity.id),
    name,
    type,
  })
}

/** The properties of a view after a change. */
export function changedViewProperties(old: JsonObject, change: JsonObject): JsonObject {
  return { ...old, ...without(change, ['globallyUniqueId', 'id', 'name', 'type']) }
}

/** The definition's globallyUniqueId; an empty one counts as none. */
export function readGuid({ globallyUniqueId }: JsonObject): string | undefined {
  return typeof globallyUniqueId === 'string' && globallyUniqueId !== ''
    ? globallyUniqueId
    : undefined
}

/**
 * Gives every index an id of its own within the collection; ids that were given are kept. Primary
 * and edge indexes are left out: every collection has them.
 */
export function localIndexes(
  given: readonly JsonObject[],
  makeId: () => number,
): readonly JsonObject[] {
  const taken = new Set<string>()
  return given.filter(isOwnIndex).map((index) => {
    const id = freeIndexId(index, taken, makeId)
    taken.add(id)
    return { ...index, id }
  })
}

function freeIndexId(index: JsonObject, taken: Set<string>, makeId: () => number): string {
  const given = indexId(index)
  if (given !== undefined && !taken.has(given)) return given
  for (;;) {
    const id = String(makeId())
    if (!taken.has(id)) return id
  }
}

/** Tells whether an index is one that a collection does not have by itself. */
export function isOwnIndex({ type }: JsonObject): boolean {
  return type !== 'primary' && type !== 'edge'
}

/** The id of an index as text, without the collection that some versions put before it. */
export function indexId({ id }: JsonObject): string | undefined {
  if (typeof id === 'number') return String(id)
  if (typeof id !== 'string' || id === '') return undefined
  return id.slice(id.lastIndexOf('/') + 1)
}

/** `base`, with `own` in place of its attributes, and `defaults` for what neither has. */
function mergeAttributes(base: JsonObject, own: JsonObject, defaults: JsonObject = {}): JsonObject {
  const merged: Record<string, Json> = { ...base, ...own }
  for (const [name, value] of Object.entries(defaults)) {
    if (!Object.hasOwn(merged, name)) merged[name] = value
  }
  return merged
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function isCollectionType(type: unknown): boolean {
  return type === DOCUMENT_COLLECTION || type === EDGE_COLLECTION
}

function refused(what: string, reason: string): StoreError {
  return new StoreError('ERR_DEFINITION_INVALID', `Cannot make ${what}: ${reason}`)
}
