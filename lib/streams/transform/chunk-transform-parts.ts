import type { CollectionPaths } from './collection-paths.js'
import type { DocumentTransform } from './document-transform.js'
import type { TransformHabits } from './line-document.js'
import type { TransformCounter } from './transform-counter.js'
import type { TransformOptions } from './transform-runner.js'

/** What a chunk is transformed with. */
export interface ChunkTransformParts {
  readonly transforms: readonly DocumentTransform[]
  readonly options: TransformOptions
  readonly paths: CollectionPaths
  readonly counter: TransformCounter
  readonly habits: TransformHabits
}
