import type { EntryChunk } from '../entry-chunk.js'
import { ChunkTransform } from './chunk-transform.js'
import { CollectionPaths, unusedRulesOf } from './collection-paths.js'
import type { CollectionInfo, DocumentTransform } from './document-transform.js'
import { TransformCounter } from './transform-counter.js'
import type {
  CollectionPlan,
  TransformedChunk,
  TransformOptions,
  TransformRunner,
} from './transform-runner.js'
import { transformWhole } from './transform-whole.js'

/**
 * Makes a runner that applies transforms in this thread, one after the other: what the first gives,
 * the second gets, documents sent into another collection too. Documents that leave as they came keep
 * their bytes, and so does each untouched value of a changed document in which JavaScript would write
 * a number differently. A changed document keeps the form of its line. Removals pass, with the key that
 * `removal()` gives; blank lines are left out.
 *
 * Of several documents made of one that go into one collection with the same `_rev`, the first keeps
 * it and the others lose it, since no two documents of a collection may share a revision. All that one
 * document becomes is held in memory.
 */
export function createTransformRunner(
  transforms: readonly DocumentTransform[],
  options: TransformOptions = {},
): TransformRunner {
  return new ThreadRunner(transforms, options)
}

class ThreadRunner implements TransformRunner {
  readonly chunksInFlight = 1
  readonly counts: TransformCounter = new TransformCounter()
  readonly #transforms: readonly DocumentTransform[]
  readonly #options: TransformOptions
  readonly #paths: CollectionPaths
  readonly #habits = { changesInPlace: false }

  constructor(transforms: readonly DocumentTransform[], options: TransformOptions) {
    this.#transforms = transforms
    this.#options = options
    this.#paths = new CollectionPaths(transforms)
  }

  plan(info: CollectionInfo): CollectionPlan | undefined {
    return this.#paths.find(info).plan
  }

  async transform(
    chunk: EntryChunk,
    collection: CollectionInfo | undefined,
  ): Promise<TransformedChunk> {
    const path = this.#paths.find(collection)
    const whole = transformWhole(chunk, path, this.counts)
    if (whole !== undefined) return whole
    const parts = {
      ...{ transforms: this.#transforms, options: this.#options },
      ...{ paths: this.#paths, counter: this.counts, habits: this.#habits },
    }
    return new ChunkTransform(parts, chunk, path).run()
  }

  unusedRules(): readonly string[] {
    return unusedRulesOf(this.#transforms)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
