import { unreachable } from '../core/index.js'
import { formatRevision, parseRevision, tick, type Revision } from '../values/index.js'
import { DocumentError } from './document-error.js'
import {
  findKeyKey,
  readNamedKey,
  readNewKey,
  readRevisionText,
  toKeyKey,
} from './document-keys.js'
import type {
  DocumentOperation,
  InsertOperation,
  MergeOptions,
  RemoveOperation,
  ReplaceOperation,
  UpdateOperation,
  WrittenDocument,
} from './document-operation.js'
import type { DocumentWriter } from './document-writer.js'
import { mergeObjects } from './merge-objects.js'
import { checkEdge, formatNewDocument, parseNewDocument, type NewDocument } from './new-document.js'
import { putKept } from './put-kept.js'
import type { KeyKey } from './row-keys.js'
import { StoreError } from './store-error.js'

/**
 * Writes one document. What is refused has written nothing, so that others may follow in the same
 * transaction.
 *
 * @throws StoreError `ERR_DOCUMENT_INVALID`, `ERR_DOCUMENT_TOO_LARGE`, `ERR_EDGE_INVALID`,
 *   `ERR_KEY_INVALID`, `ERR_KEY_UNEXPECTED`, `ERR_KEY_MISSING`, `ERR_KEYS_USED_UP`,
 *   `ERR_DOCUMENT_NOT_FOUND`; {@link DocumentError} when another document, or another revision,
 *   stands in the way
 */
export function writeDocument(
  writer: DocumentWriter,
  operation: DocumentOperation,
): WrittenDocument {
  switch (operation.kind) {
    case 'insert':
      return insert(writer, operation)
    case 'replace':
    case 'update':
      return change(writer, operation)
    case 'remove':
      return remove(writer, operation)
    default:
      return unreachable(operation, 'document operation')
  }
}

/** A document that is there. */
interface Present {
  readonly key: string
  readonly keyKey: KeyKey
  readonly revision: Revision
}

/** The texts that somebody wants back. */
type Wanted = Pick<DocumentOperation, 'returnOld' | 'returnNew'>

function insert(writer: DocumentWriter, operation: InsertOperation): WrittenDocument {
  const { overwriteMode = 'conflict' } = operation
  const document = parseNewDocument(operation.text, writer.collection.type)
  const given = readNewKey(document)
  const present = given === undefined ? undefined : find(writer, given)
  if (present === undefined || overwriteMode !== 'update') {
    checkEdge(document, writer.collection.type)
  }
  if (present === undefined) {
    const key = newKey(writer, given, operation)
    return put(writer, { key, keyKey: toKeyKey(writer.collection.space, key) }, document, operation)
  }
  if (overwriteMode === 'conflict') throw alreadyThere(writer, present)
  if (overwriteMode === 'ignore') return ignored(writer, present, operation)
  checkRevision(writer, present, expectedRevisions(document, operation))
  return overwriteMode === 'replace'
    ? put(writer, present, document, operation)
    : put(writer, present, merged(writer, present, document, operation), operation)
}

function newKey(
  { keys }: DocumentWriter,
  given: string | undefined,
  { isRestore, keepsKey }: InsertOperation,
): string {
  if (given === undefined) return keys.make()
  return isRestore === true || keepsKey === true ? keys.note(given) : keys.take(given)
}

function change(
  writer: DocumentWriter,
  operation: ReplaceOperation | UpdateOperation,
): WrittenDocument {
  const document = parseNewDocument(operation.text, writer.collection.type)
  if (operation.kind === 'replace') checkEdge(document, writer.collection.type)
  const present = requirePresent(
    writer,
    operation.key ?? readNamedKey(document, writer.collection.name),
  )
  checkRevision(writer, present, expectedRevisions(document, operation))
  const wanted =
    operation.kind === 'replace' ? document : merged(writer, present, document, operation)
  return put(writer, present, wanted, operation)
}

function remove(writer: DocumentWriter, operation: RemoveOperation): WrittenDocument {
  const present = requirePresent(writer, operation.key)
  checkRevision(writer, present, [operation.expectedRevision])
  const oldText = operation.returnOld === true ? writer.read(present.keyKey) : undefined
  writer.remove(present.keyKey)
  const { key, revision } = present
  return {
    key,
    revision,
    tick: tick(revision),
    oldRevision: revision,
    isWritten: true,
    oldText,
    newText: undefined,
  }
}

function put(
  writer: DocumentWriter,
  place: Pick<Present, 'key' | 'keyKey'> & Partial<Pick<Present, 'revision'>>,
  document: NewDocument,
  { returnOld, returnNew, isRestore }: Wanted & Pick<InsertOperation, 'isRestore'>,
): WrittenDocument {
  const { key, keyKey, revision: oldRevision } = place
  const isReplaced = oldRevision !== undefined
  const oldText = isReplaced && returnOld === true ? writer.read(keyKey) : undefined
  const kept = isRestore === true ? putKept(writer, place, document) : undefined
  const { revision, text } = kept ?? putNew(writer, place, document)
  const newText = returnNew === true ? text : undefined
  return { key, revision, tick: tick(revision), oldRevision, isWritten: true, oldText, newText }
}

function putNew(
  writer: DocumentWriter,
  { key, keyKey }: Pick<Present, 'key' | 'keyKey'>,
  document: NewDocument,
): { readonly revision: Revision; readonly text: Buffer | undefined } {
  const { name } = writer.collection
  let text: Buffer | undefined
  const revision = writer.putNew(keyKey, (made) => {
    text = formatNewDocument(document, name, { key, revision: made })
    return text
  })
  return { revision, text }
}

function ignored(
  writer: DocumentWriter,
  { key, keyKey, revision }: Present,
  { returnOld, returnNew }: Wanted,
): WrittenDocument {
  const text = returnOld === true || returnNew === true ? writer.read(keyKey) : undefined
  return {
    key,
    revision,
    tick: tick(revision),
    oldRevision: revision,
    isWritten: false,
    oldText: returnOld === true ? text : undefined,
    newText: returnNew === true ? text : undefined,
  }
}

/** The document that comes of attributes that are put over one that is there. */
function merged(
  writer: DocumentWriter,
  { keyKey }: Present,
  patch: NewDocument,
  options: MergeOptions,
): NewDocument {
  const { type } = writer.collection
  const old = parseNewDocument(writer.read(keyKey), type)
  const system = new Map([...old.system, ...patch.system])
  const restText = mergeObjects(objectText(old), objectText(patch), options)
  const document = { system, restText }
  if (patch.system.has('_from') || patch.system.has('_to')) checkEdge(document, type)
  return document
}

function objectText({ restText }: NewDocument): string {
  return `{${restText.slice(1)}}`
}

function find(writer: DocumentWriter, key: string): Present | undefined {
  const keyKey = findKeyKey(writer.collection.space, key)
  const revision = keyKey && writer.revisionOf(keyKey)
  return keyKey === undefined || revision === undefined ? undefined : { key, keyKey, revision }
}

function requirePresent(writer: DocumentWriter, key: string): Present {
  const present = find(writer, key)
  if (present !== undefined) return present
  const reason = 'no document has its key'
  throw new StoreError('ERR_DOCUMENT_NOT_FOUND', `Cannot find the document: ${reason}`)
}

function expectedRevisions(
  document: NewDocument,
  operation: InsertOperation | ReplaceOperation | UpdateOperation,
): readonly (string | undefined)[] {
  const ofText = operation.checksTextRevision === true ? readRevisionText(document) : undefined
  return operation.kind === 'insert' ? [ofText] : [operation.expectedRevision, ofText]
}

function checkRevision(
  writer: DocumentWriter,
  { key, revision }: Present,
  expected: readonly (string | undefined)[],
): void {
  const isAsExpected = expected.every(
    (text) => text === undefined || parseRevision(text) === revision,
  )
  if (isAsExpected) return
  const reason = `its revision is ${formatRevision(revision)}`
  const message = `Cannot change the document: ${reason}`
  throw new DocumentError('ERR_REVISION_CONFLICT', message, {
    collection: writer.collection.name,
    key,
    revision,
  })
}

function alreadyThere(writer: DocumentWriter, { key, revision }: Present): DocumentError {
  const place = "in index primary of type primary over '_key'"
  const reason = `unique constraint violated - ${place}; conflicting key: ${key}`
  const message = `Cannot insert the document: ${reason}`
  return new DocumentError('ERR_DOCUMENT_EXISTS', message, {
    collection: writer.collection.name,
    key,
    revision,
  })
}
