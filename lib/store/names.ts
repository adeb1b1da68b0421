import { StoreError } from './store-error.js'

const DATABASE_NAME_BYTES_MAX = 128
const COLLECTION_NAME_BYTES_MAX = 256
/** What no name may hold: a path, an id or a control character could hide in it. */
const FORBIDDEN = /[/:\\\p{Cc}\p{Cs}]/u
/** Numbers are ids; `_` begins what the system has; a dot begins hidden files. */
const FORBIDDEN_START = /^[\d_.\s]/
const SYSTEM_COLLECTION = /^_[a-zA-Z][a-zA-Z0-9_-]*$/

/**
 * Checks the name of a database that is to be made: ArangoDB's extended names, so up to 128 bytes
 * in normal form C, not beginning with a digit, `_`, a dot or a space.
 *
 * @throws StoreError `ERR_NAME_INVALID`
 */
export function checkDatabaseName(name: string): void {
  check('database', name, DATABASE_NAME_BYTES_MAX, !FORBIDDEN_START.test(name))
}

/**
 * Checks the name of a collection or a view: as for databases, but up to 256 bytes, and `_` may
 * begin it when the rest is a traditional name (a system collection).
 *
 * @throws StoreError `ERR_NAME_INVALID`
 */
export function checkCollectionName(name: string): void {
  const startsWell = SYSTEM_COLLECTION.test(name) || !FORBIDDEN_START.test(name)
  check('collection', name, COLLECTION_NAME_BYTES_MAX, startsWell)
}

function check(kind: string, name: string, bytesMax: number, startsWell: boolean): void {
  const reason = nameFault(name, bytesMax, startsWell)
  if (reason === undefined) return
  const shown = JSON.stringify(name.slice(0, bytesMax))
  throw new StoreError('ERR_NAME_INVALID', `Cannot use ${shown} as a ${kind} name: ${reason}`)
}

function nameFault(name: string, bytesMax: number, startsWell: boolean): string | undefined {
  if (name === '') return 'it is empty'
  if (Buffer.byteLength(name) > bytesMax) return `it is longer than ${bytesMax} bytes`
  if (FORBIDDEN.test(name)) return 'it has a slash, a colon or a control character'
  if (!startsWell) return 'it begins with a digit, "_", a dot or a space'
  if (/\s$/.test(name)) return 'it ends with a space'
  if (name.normalize('NFC') !== name) return 'it is not in Unicode normal form C'
  return undefined
}
