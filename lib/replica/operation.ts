/** What every operation on a replica takes. */
export interface OperationOptions {
  readonly signal?: AbortSignal | undefined
}

/** What writing a chunk did. */
export interface WriteResult {
  readonly documents: number
  readonly removals: number
  /** Bytes of the documents' JSON text. */
  readonly bytes: number
  /** Documents that could not keep their revision and got a new one. */
  readonly replacedRevisions: number
  /** Documents whose revision is more than a day ahead of the wall clock; kept. */
  readonly futureRevisions: number
}
