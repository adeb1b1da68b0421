import { DOCUMENTS_TRANSACTION_MAX, IMPORT_HELD_BYTES } from '../core/index.js'
import { StoreError, type StoreCollection, type StoreTransaction } from '../store/index.js'
import { EDGE_COLLECTION, JsonSyntaxError, skipSpace, skipValue } from '../wire/index.js'
import type { HeldBytes } from './answer-memory.js'
import type { Answer } from './answer.js'
import { itemError } from './document-results.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'
import { gatherBatches, ImportBatch } from './import-batches.js'
import { withPrefixes } from './import-edges.js'
import { createItemCutter, type ItemCutter } from './import-items.js'
import type { ImportOptions } from './import-options.js'
import { importRefused, ImportResults } from './import-results.js'
import { ValueLines } from './import-values.js'
import { unreadableBody } from './read-body.js'
import { limitReached, RequestError } from './request-error.js'

/**
 * Writes the documents of a body as they come, in transactions of about a thousand; the next one is
 * gathered while one is on its way to the disk. When the body turns out to be none, or its connection
 * breaks, the transactions that are done stay. A complete import is one transaction, so it is gathered
 * as a whole before.
 *
 * @throws RequestError 400 when the body is not of its form; 409 with the errorNum of the first
 *   document that was refused, of a complete import; 413 when a document is too long, or a complete import
 *   is too large; 503 with errorNum 32 when there is no memory
 */
export async function runImport(
  collection: StoreCollection,
  options: ImportOptions,
  request: EndpointRequest,
  context: EndpointContext,
): Promise<Answer> {
  const held = context.bodies.begin()
  if (!held.take(IMPORT_HELD_BYTES)) throw limitReached('documents')
  try {
    const run = new ImportRun({ collection, options, request, context, held })
    return await (options.isComplete ? run.writeWhole() : run.writeBatches())
  } finally {
    held.release()
  }
}

/** What an {@link ImportRun} is made of. */
interface ImportParts {
  readonly collection: StoreCollection
  readonly options: ImportOptions
  readonly request: EndpointRequest
  readonly context: EndpointContext
  readonly held: HeldBytes
}

class ImportRun {
  readonly #parts: ImportParts
  readonly #results: ImportResults
  readonly #cutter: ItemCutter
  #toDocument: (item: Buffer) => Buffer = (item) => item
  /** The body is no JSON, from where on nothing is written. */
  #broken: RequestError | undefined
  #hasBegun = false

  constructor(parts: ImportParts) {
    const { options, context } = parts
    this.#parts = parts
    this.#results = new ImportResults(options.wantsDetails)
    this.#cutter = createItemCutter(options.form, context.limits.documentsBodyBytesMax)
  }

  /** Writes batch by batch. */
  async writeBatches(): Promise<Answer> {
    let written = Promise.resolve()
    try {
      for await (const batch of this.#batches()) {
        await written
        await this.#begin(batch)
        written = this.#write(batch)
        // It is waited for a batch later, and may fail before.
        written.catch(() => undefined)
      }
    } finally {
      await written
    }
    return this.#results.answer()
  }

  /** Writes all or nothing. */
  async writeWhole(): Promise<Answer> {
    const { context, held } = this.#parts
    const whole = new ImportBatch()
    for await (const batch of this.#batches()) {
      if (!held.take(batch.bytes)) throw limitReached('documents')
      whole.append(batch)
      const isTooLarge =
        whole.bytes > context.limits.documentsBodyBytesMax ||
        whole.texts.length > DOCUMENTS_TRANSACTION_MAX
      if (isTooLarge) throw tooLargeForOne()
    }
    await this.#begin(whole)
    await this.#write(whole)
    return this.#results.answer()
  }

  async *#batches(): AsyncGenerator<ImportBatch, void, undefined> {
    const { request, held } = this.#parts
    try {
      yield* gatherBatches(request.stream, this.#cutter, held)
    } catch (error) {
      throw error instanceof JsonSyntaxError ? unreadableBody('json') : error
    }
  }

  /** Takes the names of values, and empties the collection where that is asked for. */
  async #begin(batch: ImportBatch): Promise<void> {
    const { collection, options, request, context } = this.#parts
    request.signal.throwIfAborted()
    if (this.#hasBegun) return
    this.#hasBegun = true
    if (options.form === 'values') {
      const lines = new ValueLines(batch.takeFirst(), options.ignoresMissing)
      this.#toDocument = (item) => lines.toDocument(item)
    }
    // A complete import that is refused leaves what was there: that goes with its transaction.
    const isEmptiedNow = options.overwrites && !options.isComplete
    if (isEmptiedNow) await context.store.truncateCollection(collection)
  }

  async #write(batch: ImportBatch): Promise<void> {
    const { collection, options, request, context } = this.#parts
    this.#results.addEmpty(batch.emptyCount)
    const emptied = options.overwrites && options.isComplete ? collection : undefined
    if (batch.texts.length === 0 && emptied === undefined) return
    const write = (operations: StoreTransaction): void => {
      for (const [index, text] of batch.texts.entries()) {
        this.#writeItem(operations, text, batch.positions[index] ?? 0)
        if (this.#broken !== undefined) return
      }
    }
    await context.store.transaction(request.database, write, { emptied })
    // What came before is written.
    if (this.#broken !== undefined) throw this.#broken
  }

  #writeItem(operations: StoreTransaction, item: Buffer, position: number): void {
    const { collection, options } = this.#parts
    try {
      const text = this.#withPrefixes(this.#toDocument(item))
      const { overwriteMode } = options
      this.#results.addWritten(
        operations.write(collection, { kind: 'insert', text, overwriteMode }),
      )
    } catch (error) {
      if (this.#isPassedOver(error)) this.#results.addIgnored()
      else if (this.#cutter.isArray && isNotJson(error, item)) this.#break()
      else this.#refuse(position, refusalOf(error))
    }
  }

  #withPrefixes(text: Buffer): Buffer {
    const { collection, options } = this.#parts
    const { from, to } = options.prefixes
    if (from === undefined && to === undefined) return text
    return collection.definition.type === EDGE_COLLECTION
      ? withPrefixes(text, options.prefixes)
      : text
  }

  #isPassedOver(error: unknown): boolean {
    const { overwriteMode } = this.#parts.options
    const isConflict = error instanceof StoreError && error.code === 'ERR_UNIQUE_CONFLICT'
    return isConflict && overwriteMode === 'ignore'
  }

  #break(): void {
    this.#broken = unreadableBody('json')
    if (this.#parts.options.isComplete) throw this.#broken
  }

  #refuse(position: number, error: RequestError): void {
    if (this.#parts.options.isComplete) throw importRefused(position, error)
    this.#results.addError(position, error)
  }
}

/** @throws the error itself when it is not about the document */
function refusalOf(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof StoreError) return itemError(error)
  throw error
}

/** Lines may be anything, but an array with something else in it is none. */
function isNotJson(error: unknown, item: Buffer): boolean {
  if (!(error instanceof StoreError) || error.code !== 'ERR_DOCUMENT_INVALID') return false
  try {
    const end = skipValue(item, skipSpace(item, 0, item.length), item.length, 1)
    return skipSpace(item, end, item.length) < item.length
  } catch (cause) {
    if (cause instanceof JsonSyntaxError) return true
    throw cause
  }
}

function tooLargeForOne(): RequestError {
  const message = 'an import with "complete" is one transaction, and this one is too large for that'
  return new RequestError(413, 413, message)
}
