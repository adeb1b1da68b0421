import { IMPORT_HELD_BYTES } from '../../core/index.js'
import { StoreError, type StoreCollection, type StoreTransaction } from '../../store/index.js'
import type { HeldBytes } from '../answer-memory.js'
import { itemError } from '../document-results.js'
import type { EndpointContext, EndpointRequest } from '../endpoint.js'
import { gatherBatches, type ImportBatch } from '../import-batches.js'
import { createItemCutter, type ItemCutter } from '../import-items.js'
import { limitReached } from '../request-error.js'
import { RestoreEntries } from './restore-entries.js'
import type { RestoreDataOptions } from './restore-options.js'
import { VelocyPackItems } from './velocypack-items.js'

/** What is restored, and with what. */
export interface RestoreParts {
  readonly options: RestoreDataOptions
  readonly request: EndpointRequest
  readonly context: EndpointContext
}

/** Takes what has been gathered of a body. */
type WriteBatch = (batch: ImportBatch) => Promise<void>

/**
 * Reads a body as it comes, and gives it away in batches, one after the other; the next one is gathered
 * while one is written.
 *
 * @throws RequestError 400 when the body is not of its form, 413 when an item is too long, 503 with
 *   errorNum 32 when there is no memory; what `write` throws
 */
export async function restoreBatches(
  { options: { format }, request, context }: RestoreParts,
  write: WriteBatch,
): Promise<void> {
  const held = context.bodies.begin()
  if (!held.take(IMPORT_HELD_BYTES)) throw limitReached('documents')
  const { documentsBodyBytesMax: bytesMax } = context.limits
  const cutter =
    format === 'json' ? createItemCutter('lines', bytesMax) : new VelocyPackItems(bytesMax)
  try {
    await writeInTurn(request, cutter, held, write)
  } finally {
    held.release()
  }
}

async function writeInTurn(
  { stream, signal }: EndpointRequest,
  cutter: ItemCutter,
  held: HeldBytes,
  write: WriteBatch,
): Promise<void> {
  let written = Promise.resolve()
  try {
    for await (const batch of gatherBatches(stream, cutter, held)) {
      await written
      signal.throwIfAborted()
      if (batch.texts.length === 0) continue
      written = write(batch)
      // It is waited for a batch later, and may fail before.
      written.catch(() => undefined)
    }
  } finally {
    await written
  }
}

/**
 * Writes the documents of a body, and removes those of its removals, in their order. Keys are kept,
 * revisions are made anew, and a document that has a key already is replaced. Transactions of about a
 * thousand documents that were done when a later line is refused stay.
 *
 * @throws RequestError as {@link restoreBatches}, and of a document that is refused: 409 with errorNum
 *   1210 and others, which name its line
 */
export async function restoreData(collection: StoreCollection, parts: RestoreParts): Promise<void> {
  const { options, request, context } = parts
  const entries = new RestoreEntries(collection.definition.name, options.format)
  await restoreBatches(parts, async ({ texts, positions }) => {
    await context.store.transaction(request.database, (operations) => {
      for (const [index, item] of texts.entries()) {
        restoreItem({ entries, operations, collection }, item, positions[index] ?? 0)
      }
    })
  })
}

function restoreItem(
  {
    entries,
    operations,
    collection,
  }: {
    readonly entries: RestoreEntries
    readonly operations: StoreTransaction
    readonly collection: StoreCollection
  },
  item: Buffer,
  position: number,
): void {
  const entry = entries.read(item, position)
  try {
    if (entry.kind === 'removal') {
      operations.remove(collection, entry.key)
      return
    }
    const { bytes: text } = entry
    operations.write(collection, { kind: 'insert', text, overwriteMode: 'replace', keepsKey: true })
  } catch (error) {
    throw error instanceof StoreError ? entries.refusal(itemError(error), position) : error
  }
}
