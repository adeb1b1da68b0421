import type { CollectionDefinition } from '../../wire/index.js'
import type { OpenBatch } from '../open-batch.js'

/** A batch as questions name it. */
export interface ProbedBatch {
  readonly opened: OpenBatch
  /** What questions have to say of it. */
  readonly query: Readonly<Record<string, string>>
  /** Those that could be copied, and not the deleted ones: others' first, then the system's. */
  readonly collections: readonly CollectionDefinition[]
}
