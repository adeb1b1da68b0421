/** A JSON value whose numbers may be kept as text where JavaScript cannot hold them exactly. */
export type Json = unknown

/** The attributes of a collection, an index or a view, in the order in which they came. */
export type JsonObject = Readonly<Record<string, Json>>

/** `type` of a document collection. */
export const DOCUMENT_COLLECTION = 2
/** `type` of an edge collection. */
export const EDGE_COLLECTION = 3

/** One entry of an inventory: a collection's properties and its indexes without primary and edge. */
export interface CollectionDefinition {
  readonly name: string
  /** 2 for documents, 3 for edges. */
  readonly type: typeof DOCUMENT_COLLECTION | typeof EDGE_COLLECTION
  /** Kept by every copy; a system collection's is its name. Undefined in dumps before 3.3. */
  readonly globallyUniqueId: string | undefined
  /** The id on the server that the definition came from, decimal. */
  readonly id: string | undefined
  readonly isSystem: boolean
  readonly isDeleted: boolean
  /** Missing counts as true (design, "Merkle trees"). */
  readonly syncByRevision: boolean
  /** Everything that was said of the collection, exactly. */
  readonly parameters: JsonObject
  readonly indexes: readonly JsonObject[]
}

/** A view as a server or a dump directory tells it. */
export interface ViewDefinition {
  readonly name: string
  readonly type: string
  readonly globallyUniqueId: string | undefined
  readonly properties: JsonObject
}
