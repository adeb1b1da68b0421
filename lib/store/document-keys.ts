import { KEY_BYTES_MAX } from './check-entry.js'
import type { NewDocument } from './new-document.js'
import { refusedDocument } from './refused-document.js'
import { KeyKey } from './row-keys.js'

const LONE_SURROGATE = /\p{Surrogate}/u
/** JSON text of a key without escapes, which nearly all have. */
const PLAIN_KEY = /^"[a-zA-Z0-9_\-:.@()+,=;$!*'%]{1,254}"$/
/** ArangoDB's characters of a `_key`. */
const KEY = /^[a-zA-Z0-9_\-:.@()+,=;$!*'%]+$/

/**
 * The `_key` of a document that is to be made; undefined when it has none.
 *
 * @throws StoreError `ERR_KEY_INVALID` when it is none that a document can have
 */
export function readNewKey({ system }: NewDocument): string | undefined {
  const valueText = system.get('_key')
  if (valueText === undefined) return undefined
  if (PLAIN_KEY.test(valueText)) return valueText.slice(1, -1)
  const key: unknown = JSON.parse(valueText)
  if (typeof key !== 'string') throw refusedDocument('ERR_KEY_INVALID', 'its "_key" is not text')
  if (Buffer.byteLength(key) > KEY_BYTES_MAX || !KEY.test(key)) {
    const characters = `1 to ${KEY_BYTES_MAX} letters, digits or _-:.@()+,=;$!*'%`
    throw refusedDocument('ERR_KEY_INVALID', `its "_key" is not ${characters}`)
  }
  return key
}

/**
 * The key of the document that a text is about: its `_key`, or the one in its `_id`.
 *
 * @throws StoreError `ERR_KEY_MISSING` when it has neither as text, `ERR_HANDLE_INVALID`
 */
export function readNamedKey({ system }: NewDocument, collectionName: string): string {
  const key = readText(system.get('_key'))
  if (key !== undefined) return key
  const handle = readText(system.get('_id'))
  if (handle !== undefined) return keyOfHandle(handle, collectionName)
  throw refusedDocument('ERR_KEY_MISSING', 'it does not say its "_key"')
}

/**
 * The key in the `_id` of a document, which may be a key alone.
 *
 * @throws StoreError `ERR_HANDLE_INVALID` when it is that of another collection
 */
export function keyOfHandle(handle: string, collectionName: string): string {
  const slash = handle.indexOf('/')
  if (slash >= 0 && handle.slice(0, slash) !== collectionName) {
    throw refusedDocument('ERR_HANDLE_INVALID', 'its "_id" is that of another collection')
  }
  return handle.slice(slash + 1)
}

/** The text of the document's `_rev`; undefined when it has none as text. */
export function readRevisionText({ system }: NewDocument): string | undefined {
  return readText(system.get('_rev'))
}

function readText(valueText: string | undefined): string | undefined {
  const value: unknown = valueText === undefined ? undefined : JSON.parse(valueText)
  return typeof value === 'string' ? value : undefined
}

/** The row of a key; undefined for text that is the key of no document. */
export function findKeyKey(space: number, key: string): KeyKey | undefined {
  // As bytes half a character could be the key of another document.
  if (LONE_SURROGATE.test(key) || Buffer.byteLength(key) > KEY_BYTES_MAX) return undefined
  return toKeyKey(space, key)
}

/** The row of a key that a document can have. */
export function toKeyKey(space: number, key: string): KeyKey {
  const bytes = Buffer.from(key)
  return new KeyKey().set(space, bytes, 0, bytes.length)
}
