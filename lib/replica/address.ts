import { unreachable } from '../core/index.js'
import { AddressError } from './address-error.js'

/** The database of an address that names none (design, "One idea"). */
const DEFAULT_DATABASE = '_system'

/** A server that speaks the protocol over HTTP. */
export interface RemoteAddress {
  readonly kind: 'remote'
  /** Scheme, host and port, such as `http://127.0.0.1:8529`: no credentials, no path. */
  readonly url: string
  readonly database: string
  /** From before the `@` of the URL, decoded; no message shows them. */
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** An embedded store. */
export interface StoreAddress {
  readonly kind: 'store'
  readonly path: string
  readonly database: string
}

/** A directory of dump files. */
export interface DirectoryAddress {
  readonly kind: 'directory'
  readonly path: string
}

/** Where a replica is. */
export type ReplicaAddress = RemoteAddress | StoreAddress | DirectoryAddress

const WEB_SCHEME = /^https?:/i
const WEB_START = /^https?:\/\//i
const ANY_SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i
const DATABASE_PATH = /^\/_db\/([^/]+)\/?$/
const STORE = 'store:'
const DIRECTORY = 'dir:'

/**
 * Reads an address. Names of databases are percent-decoded, paths are taken as they are; the name
 * in a store's address begins after its last `#`.
 *
 * @throws {@link AddressError} when the text has none of the forms
 */
export function parseAddress(text: string): ReplicaAddress {
  if (text.includes('\0')) throw new AddressError('it has a NUL character')
  if (WEB_SCHEME.test(text)) return parseRemote(text)
  const scheme = ANY_SCHEME.exec(text)?.[1]
  if (scheme !== undefined) {
    throw new AddressError(`the scheme "${scheme}" is neither http nor https`)
  }
  if (text.startsWith(STORE)) return parseStore(text.slice(STORE.length))
  const path = text.startsWith(DIRECTORY) ? text.slice(DIRECTORY.length) : text
  return { kind: 'directory', path: checkPath(path) }
}

/** Writes an address without its credentials; for all else the inverse of {@link parseAddress}. */
export function formatAddress(address: ReplicaAddress): string {
  switch (address.kind) {
    case 'remote': {
      const name = encodeURIComponent(address.database)
      return address.database === DEFAULT_DATABASE ? address.url : `${address.url}/_db/${name}`
    }
    case 'store': {
      const { path, database } = address
      const isPlain = database === DEFAULT_DATABASE && !path.includes('#')
      return isPlain ? STORE + path : `${STORE}${path}#${encodeURIComponent(database)}`
    }
    case 'directory':
      return DIRECTORY + address.path
    default:
      return unreachable(address, 'address')
  }
}

function parseRemote(text: string): RemoteAddress {
  const url = parseUrl(text)
  if (url.search !== '' || url.hash !== '') {
    throw new AddressError('a URL takes neither a query nor a fragment')
  }
  const { username, password } = url
  return {
    kind: 'remote',
    url: url.origin,
    database: readDatabasePath(url.pathname),
    ...(username === '' ? {} : { username: decode(username, 'the username') }),
    ...(password === '' ? {} : { password: decode(password, 'the password') }),
  }
}

function parseUrl(text: string): URL {
  if (!WEB_START.test(text)) throw new AddressError('there is no // after the scheme')
  try {
    return new URL(text)
  } catch {
    // The cause would show the text, and with it the password.
    throw new AddressError('it is not a URL')
  }
}

function readDatabasePath(pathname: string): string {
  if (pathname === '' || pathname === '/') return DEFAULT_DATABASE
  const name = DATABASE_PATH.exec(pathname)?.[1]
  if (name === undefined) throw new AddressError('the path of the URL is not /_db/NAME')
  return decode(name, 'the name of the database')
}

function parseStore(text: string): StoreAddress {
  const hash = text.lastIndexOf('#')
  if (hash < 0) return { kind: 'store', path: checkPath(text), database: DEFAULT_DATABASE }
  const name = text.slice(hash + 1)
  if (name === '') throw new AddressError('there is no name of a database after #')
  const database = decode(name, 'the name of the database')
  return { kind: 'store', path: checkPath(text.slice(0, hash)), database }
}

function checkPath(path: string): string {
  if (path === '') throw new AddressError('there is no path')
  return path
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AddressError(`${what} is not percent-encoded UTF-8`)
  }
}
