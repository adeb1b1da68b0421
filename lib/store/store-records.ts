import type { Tick } from '../values/index.js'
import type { CollectionDefinition, ViewDefinition } from '../wire/index.js'

/** Id of the database `_system`, as in ArangoDB. */
export const SYSTEM_DATABASE_ID = 1
/** The database that every store has. */
export const SYSTEM_DATABASE = '_system'

/** A database of a store. */
export interface StoreDatabase {
  /** Local id; on the wire it is decimal text. */
  readonly id: number
  readonly name: string
  /** Tick of the marker that made it, decimal; undefined of `_system`, and of older stores. */
  readonly madeAt?: string | undefined
}

/** A collection of a store, as it was when it was asked for. */
export interface StoreCollection {
  /** Local id (cid), never used again after a drop; on the wire it is decimal text. */
  readonly id: number
  readonly databaseId: number
  /** `parameters` and `indexes` are what an inventory reports. */
  readonly definition: CollectionDefinition & { readonly globallyUniqueId: string }
  readonly documents: number
  /** Bytes of the documents' JSON text. */
  readonly bytes: number
  /**
   * True once a replicated document could not keep its revision: comparing by revision with the
   * source means nothing then.
   */
  readonly hasReplacedRevisions: boolean
  /** Number under which the rows lie: the id until the collection is truncated. */
  readonly space: number
}

/** A view of a store; `definition.properties` is what an inventory reports. */
export interface StoreView {
  readonly id: number
  readonly databaseId: number
  readonly definition: ViewDefinition & { readonly globallyUniqueId: string }
}

/** A copy into a database that has begun and not ended. */
export interface CopyMark {
  /** Address of the source, without credentials. */
  readonly address: string
  readonly serverId: string | undefined
  readonly tick: Tick | undefined
  /** Names of the only collections that it copies; without them it copies all that there are. */
  readonly collections?: readonly string[] | undefined
}
