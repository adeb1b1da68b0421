import type { EntryChunk } from '../entry-chunk.js'
import { TransformError } from '../transform-error.js'
import type { ChunkTransformParts } from './chunk-transform-parts.js'
import type { CollectionPath } from './collection-paths.js'
import { DocumentWriter } from './document-writer.js'
import { LineDocument } from './line-document.js'
import { deadLetterOf } from './line-failure.js'
import { LineTransform } from './line-transform.js'
import type { TransformCounter } from './transform-counter.js'
import type { TransformedChunk, TransformOptions } from './transform-runner.js'

/** Runs transforms over the documents of one chunk, one after the other. */
export class ChunkTransform {
  readonly #options: TransformOptions
  readonly #counter: TransformCounter
  readonly #chunk: EntryChunk
  readonly #line: LineTransform
  readonly #writer: DocumentWriter
  /** The next line. */
  #index = 0

  constructor(
    { transforms, options, paths, counter, habits }: ChunkTransformParts,
    chunk: EntryChunk,
    path: CollectionPath,
  ) {
    this.#options = options
    this.#counter = counter
    this.#chunk = chunk
    const isKeyOptional = options.keys === 'optional'
    const form = { isExact: options.numbers === 'exact', isKeyOptional }
    const document = new LineDocument(chunk, form, habits)
    this.#writer = new DocumentWriter(chunk, path, document, isKeyOptional)
    const writer = this.#writer
    this.#line = new LineTransform({ transforms, paths, chunk, path, document, writer })
  }

  /**
   * @throws TransformError at the first error unless errors are skipped; DumpLineError for a line that
   *   is no entry
   */
  async run(): Promise<TransformedChunk> {
    for (;;) {
      // Waiting costs as much as a small document, so only where there is something to wait for.
      const pending = this.#runUntilPending()
      if (pending === undefined) return this.#writer.finish()
      await pending
    }
  }

  /** Transforms the lines up to one that has to be waited for; undefined when there is none. */
  #runUntilPending(): Promise<void> | undefined {
    const { lineCount } = this.#chunk
    while (this.#index < lineCount) {
      const index = this.#index
      this.#index += 1
      if (this.#chunk.isBlank(index)) continue
      let pending: ReturnType<LineTransform['transform']>
      try {
        pending = this.#line.transform(index)
      } catch (error) {
        return this.#handleError(error, index)
      }
      if (pending === 'removal') continue
      if (pending !== undefined) return this.#endLater(pending, index)
      this.#writer.endLine(this.#counter)
    }
    return undefined
  }

  async #endLater(pending: Promise<void>, index: number): Promise<void> {
    try {
      await pending
    } catch (error) {
      await this.#handleError(error, index)
      return
    }
    this.#writer.endLine(this.#counter)
  }

  async #handleError(error: unknown, index: number): Promise<void> {
    if (!(error instanceof TransformError) || this.#options.onError !== 'skip') throw error
    this.#counter.addFailed()
    await this.#options.onDeadLetter?.(deadLetterOf(error, this.#chunk.lineBytes(index)))
  }
}
