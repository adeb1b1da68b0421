import { DOCUMENTS_TRANSACTION_MAX } from '../core/index.js'
import type { DocumentOperation, StoreCollection } from '../store/index.js'
import type { HeldBytes } from './answer-memory.js'
import { jsonTextAnswer, type Answer } from './answer.js'
import type { BodyItems } from './document-body.js'
import type { DocumentOptions } from './document-options.js'
import { DocumentResults, etagOf, formatWritten } from './document-results.js'
import type { EndpointContext, EndpointRequest } from './endpoint.js'

/** What is to be written, and how the answer is to look. */
export interface DocumentWrites {
  readonly collection: StoreCollection
  readonly options: DocumentOptions
}

/** Writes one document, and answers with what was done; alone it needs no transaction of the log. */
export async function writeOne(
  { collection, options }: DocumentWrites,
  operation: DocumentOperation,
  request: EndpointRequest,
  context: EndpointContext,
): Promise<Answer> {
  const written = await context.store.write(collection, operation)
  const status = statusOf(operation.kind, collection, options)
  if (options.isSilent) return jsonTextAnswer('{}', status)
  const text = formatWritten(collection.definition.name, written, operation.kind === 'remove')
  // It is written: there is no way back for want of memory.
  holdUntilSent(context, request).force(text.length)
  return jsonTextAnswer(text, status, etagOf(written))
}

/**
 * Writes the documents of an array as one transaction, but for those that are refused, which the
 * answer tells in their places. Of an array of more than `DOCUMENTS_TRANSACTION_MAX` each such part is
 * a transaction.
 *
 * @param toOperation - what to do with an item; a StoreError that it throws refuses the item
 */
export async function writeMany(
  { collection, options }: DocumentWrites,
  items: BodyItems,
  toOperation: (text: Buffer) => DocumentOperation,
  request: EndpointRequest,
  context: EndpointContext,
): Promise<Answer> {
  const { name } = collection.definition
  const results = new DocumentResults(holdUntilSent(context, request), options.isSilent)
  let status = statusOf('insert', collection, options)
  for (let first = 0; first < items.count; first += DOCUMENTS_TRANSACTION_MAX) {
    request.signal.throwIfAborted()
    const end = Math.min(first + DOCUMENTS_TRANSACTION_MAX, items.count)
    await context.store.transaction(request.database, (operations) => {
      for (let index = first; index < end; index += 1) {
        results.add(() => {
          const operation = toOperation(items.text(index))
          const isRemoval = operation.kind === 'remove'
          status = statusOf(operation.kind, collection, options)
          return formatWritten(name, operations.write(collection, operation), isRemoval)
        })
      }
    })
  }
  return results.answer(status)
}

/** Takes memory that is given back when the answer is sent, or nobody waits for it any more. */
export function holdUntilSent(
  { memory }: Pick<EndpointContext, 'memory'>,
  { signal }: Pick<EndpointRequest, 'signal'>,
): HeldBytes {
  signal.throwIfAborted()
  const held = memory.begin()
  const release = (): void => {
    held.release()
  }
  signal.addEventListener('abort', release, { once: true })
  return held
}

function statusOf(
  kind: DocumentOperation['kind'],
  { definition }: StoreCollection,
  { waitForSync }: DocumentOptions,
): number {
  const isWaiting = waitForSync || definition.parameters['waitForSync'] === true
  if (!isWaiting) return 202
  return kind === 'remove' ? 200 : 201
}
