import type { JsonObject } from '../../wire/index.js'
import { ChunkEntry } from '../chunk-entry.js'
import type { EntryChunk } from '../entry-chunk.js'
import { TransformError } from '../transform-error.js'
import type { CollectionPath, CollectionPaths } from './collection-paths.js'
import type { DocumentContext, DocumentTransform, TransformResult } from './document-transform.js'
import type { DocumentWriter } from './document-writer.js'
import { LineContext } from './line-context.js'
import type { LineDocument } from './line-document.js'
import { kindOf, transformFailure } from './line-failure.js'
import { removalKey } from './removal-key.js'
import { isDocument, isIterable, isThenable } from './result-kinds.js'
import { Routed } from './routed-document.js'

/** What the lines of a chunk are transformed with. */
export interface LineTransformParts {
  readonly transforms: readonly DocumentTransform[]
  readonly paths: CollectionPaths
  readonly chunk: EntryChunk
  /** The way of the chunk's collection. */
  readonly path: CollectionPath
  readonly document: LineDocument
  readonly writer: DocumentWriter
}

/** What became of a line that was not parsed. */
const KEPT = -1
const DROPPED = -2

/** Hands the document of one line after the other to transforms, and what they give to the writer. */
export class LineTransform {
  readonly #transforms: readonly DocumentTransform[]
  readonly #paths: CollectionPaths
  readonly #chunk: EntryChunk
  readonly #path: CollectionPath
  readonly #document: LineDocument
  readonly #writer: DocumentWriter
  /** The line that is looked at, and the transform that has its document. */
  #index = 0
  #stage = 0
  /** The key of the line's document as it came; read again where it is undefined. */
  #key: string | undefined

  constructor({ transforms, paths, chunk, path, document, writer }: LineTransformParts) {
    this.#transforms = transforms
    this.#paths = paths
    this.#chunk = chunk
    this.#path = path
    this.#document = document
    this.#writer = writer
  }

  /**
   * Transforms one line, up to what the writer has to do at its end.
   *
   * @returns a promise where something has to be waited for; `removal` for a line that no transform sees
   * @throws TransformError when a transform throws or gives no document; DumpLineError for a line that
   *   is no entry
   */
  transform(index: number): Promise<void> | 'removal' | undefined {
    this.#index = index
    this.#key = undefined
    const stage = this.#decideByLine()
    if (stage >= 0) return this.#transformParsed(stage)
    this.#writer.beginLine(this.#index)
    if (stage === KEPT) this.#writer.writeUnchanged()
    return undefined
  }

  #transformParsed(stage: number): Promise<void> | 'removal' | undefined {
    const document = this.#document.read(this.#index)
    if (document === undefined) return this.#transformRemoval(stage)
    this.#writer.beginLine(this.#index)
    const { _key: key } = document as { readonly _key?: unknown }
    this.#key = typeof key === 'string' ? key : undefined
    return this.#advance(document, stage, this.#path)
  }

  /** A document that is gone has no more than its key. */
  #transformRemoval(firstStage: number): 'removal' {
    const removal = new ChunkEntry(this.#chunk, this.#index).read()
    const parts = { path: this.#path, transforms: this.#transforms, firstStage }
    const key = removalKey(removal.key, parts, (transform, stage, old) => {
      this.#stage = stage
      try {
        return transform.removal?.(old, this.#context(stage, this.#path))
      } catch (error) {
        throw this.#thrown(error)
      }
    })
    if (key !== undefined) this.#writer.writeRemoval(this.#index, removal, key)
    return 'removal'
  }

  /** The first transform that needs the document parsed; or what became of the line without that. */
  #decideByLine(): number {
    const transforms = this.#transforms
    let entry: ChunkEntry | undefined
    for (let stage = 0; stage < transforms.length; stage += 1) {
      const transform = transforms[stage] as DocumentTransform
      const data = this.#path.data[stage]
      if (data === 'none') return DROPPED
      if (data === 'unchanged') continue
      if (transform.line === undefined) return stage
      entry ??= new ChunkEntry(this.#chunk, this.#index)
      this.#stage = stage
      const answer = this.#callLine(transform, entry)
      if (answer === undefined) return stage
      if (!answer) return DROPPED
    }
    return KEPT
  }

  #callLine(transform: DocumentTransform, entry: ChunkEntry): boolean | undefined {
    try {
      return transform.line?.(entry, this.#context(this.#stage, this.#path))
    } catch (error) {
      throw this.#thrown(error)
    }
  }

  /** Hands a document to the transforms from `first` on; gives a promise when it has to wait. */
  #advance(first: JsonObject, firstStage: number, path: CollectionPath): Promise<void> | undefined {
    const transforms = this.#transforms
    let document = first
    if (path.isLeftOut) return undefined
    for (let stage = firstStage; stage < transforms.length; stage += 1) {
      const transform = transforms[stage] as DocumentTransform
      const data = path.data[stage]
      if (data === 'none') return undefined
      if (data === 'unchanged' || transform.document === undefined) continue
      this.#stage = stage
      if (transform.isReadOnly !== true) this.#document.isTouched = true
      const result = this.#call(transform, document, this.#context(stage, path))
      if (!isDocument(result)) return this.#spread(result, stage, path)
      document = result
    }
    this.#write(document, path)
    return undefined
  }

  #call(
    transform: DocumentTransform,
    document: JsonObject,
    context: DocumentContext,
  ): TransformResult | Promise<TransformResult> {
    try {
      return transform.document?.(document, context)
    } catch (error) {
      throw this.#thrown(error)
    }
  }

  /** Goes on with a result that is not one document. */
  #spread(result: unknown, stage: number, path: CollectionPath): Promise<void> | undefined {
    if (result === undefined || result === null) return undefined
    if (typeof result !== 'object') {
      throw this.#failure(`gave a ${typeof result}, which is no document`)
    }
    if (result instanceof Routed) return this.#route(result, stage, path)
    if (isDocument(result)) return this.#advance(result, stage + 1, path)
    if (isThenable(result)) return this.#spreadLater(result, stage, path)
    if (isIterable(result)) return this.#spreadItems(result, stage, path)
    return this.#spreadAsyncItems(result as AsyncIterable<unknown>, stage, path)
  }

  async #spreadLater(
    later: PromiseLike<unknown>,
    stage: number,
    path: CollectionPath,
  ): Promise<void> {
    let result: unknown
    try {
      result = await later
    } catch (error) {
      this.#stage = stage
      throw this.#thrown(error)
    }
    this.#stage = stage
    await this.#spread(result, stage, path)
  }

  #spreadItems(
    items: Iterable<unknown>,
    stage: number,
    path: CollectionPath,
  ): Promise<void> | undefined {
    this.#writer.hold()
    const iterator = items[Symbol.iterator]()
    for (;;) {
      const pending = this.#spreadNext(iterator, stage, path)
      if (pending === undefined) return undefined
      if (pending !== true) return this.#spreadRest(pending, iterator, stage, path)
    }
  }

  async #spreadRest(
    first: Promise<void>,
    iterator: Iterator<unknown>,
    stage: number,
    path: CollectionPath,
  ): Promise<void> {
    try {
      await first
    } catch (error) {
      iterator.return?.()
      throw error
    }
    for (;;) {
      const pending = this.#spreadNext(iterator, stage, path)
      if (pending === undefined) return
      if (pending !== true) await pending
    }
  }

  /** Goes on with the next item: true when it is done with it, undefined when there is none. */
  #spreadNext(
    iterator: Iterator<unknown>,
    stage: number,
    path: CollectionPath,
  ): Promise<void> | true | undefined {
    let step: IteratorResult<unknown>
    this.#stage = stage
    try {
      step = iterator.next()
    } catch (error) {
      throw this.#thrown(error)
    }
    if (step.done === true) return undefined
    try {
      return this.#spreadItem(step.value, stage, path) ?? true
    } catch (error) {
      iterator.return?.()
      throw error
    }
  }

  async #spreadAsyncItems(
    items: AsyncIterable<unknown>,
    stage: number,
    path: CollectionPath,
  ): Promise<void> {
    this.#writer.hold()
    try {
      for await (const item of items) {
        await this.#spreadItem(item, stage, path)
        this.#stage = stage
      }
    } catch (error) {
      throw error instanceof TransformError ? error : this.#thrown(error)
    }
  }

  #spreadItem(item: unknown, stage: number, path: CollectionPath): Promise<void> | undefined {
    if (item instanceof Routed) return this.#route(item, stage, path)
    if (isDocument(item)) return this.#advance(item, stage + 1, path)
    const what = Array.isArray(item) ? 'list' : item === null ? 'null' : typeof item
    throw this.#failure(`gave a ${what} among others, which is no document`)
  }

  #route(routed: Routed, stage: number, path: CollectionPath): Promise<void> | undefined {
    const { collection, document } = routed
    if (!isDocument(document)) throw this.#failure('routed what is no document')
    const next = this.#paths.findRouted(collection, stage + 1, path.database)
    return this.#advance(document, stage + 1, next)
  }

  #write(document: JsonObject, path: CollectionPath): void {
    const fault = this.#writer.write(document, path)
    if (fault !== undefined) throw this.#failure(fault.what, fault.cause)
  }

  #context(stage: number, path: CollectionPath): DocumentContext {
    return new LineContext(path, stage, this.#chunk, this.#index)
  }

  #thrown(error: unknown): TransformError {
    return this.#failure(`threw ${kindOf(error)}`, error)
  }

  #failure(what: string, cause?: unknown): TransformError {
    return transformFailure(what, cause, {
      ...{ chunk: this.#chunk, index: this.#index, key: this.#key },
      ...{ transform: this.#transforms[this.#stage], collection: this.#path.names[0] },
    })
  }
}
