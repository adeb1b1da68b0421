import { UsageError } from '../usage-error.js'

/** Known from arangodump, and refused: who lists the processes of a machine reads command lines. */
export const SECRET_FLAGS = [
  'server.password',
  'server.ask-password',
  'server.jwt-secret-keyfile',
] as const

const ENDPOINT = /^(?:(https?|tcp|ssl|http\+tcp|http\+ssl):\/\/)?([^/@]+)\/?$/
const ENDPOINTS = 'tcp://HOST:PORT, ssl://HOST:PORT, http://HOST:PORT or https://HOST:PORT'

/** Flags of arangodump that name a server. */
export interface EndpointFlags {
  readonly 'server.endpoint'?: string | undefined
  readonly 'server.database'?: string | undefined
  readonly 'server.username'?: string | undefined
  readonly 'server.password'?: true | undefined
  readonly 'server.askPassword'?: true | undefined
  readonly 'server.jwtSecretKeyfile'?: true | undefined
}

/**
 * The address of the server that flags of arangodump name.
 *
 * @returns undefined without `--server.endpoint`
 * @throws UsageError when they do not name one, and for flags that tell secrets
 */
export function endpointAddress(flags: EndpointFlags): string | undefined {
  assertNoSecret(flags)
  const endpoint = flags['server.endpoint']
  const database = flags['server.database']
  const username = flags['server.username']
  if (endpoint === undefined) {
    if ([database, username].every((value) => value === undefined)) return undefined
    throw new UsageError('Cannot take --server.database or --server.username: no --server.endpoint')
  }
  const [, scheme = 'tcp', host] = ENDPOINT.exec(endpoint) ?? []
  if (host === undefined) {
    // What stands before an @ may be a password.
    const shown = endpoint.includes('@') ? '' : ` "${endpoint}"`
    throw new UsageError(`Cannot take --server.endpoint${shown}: it is none of ${ENDPOINTS}`)
  }
  const user = username === undefined ? '' : `${encodeURIComponent(username)}@`
  const path = database === undefined ? '' : `/_db/${encodeURIComponent(database)}`
  return `${isSecure(scheme) ? 'https' : 'http'}://${user}${host}${path}`
}

function isSecure(scheme: string): boolean {
  return scheme === 'https' || scheme.endsWith('ssl')
}

function assertNoSecret(flags: EndpointFlags): void {
  const given = [
    flags['server.password'],
    flags['server.askPassword'],
    flags['server.jwtSecretKeyfile'],
  ]
  const secret = SECRET_FLAGS.find((_name, index) => given[index] !== undefined)
  if (secret === undefined) return
  const reason = 'set TIDEMARK_PASSWORD or TIDEMARK_JWT, or the same with _FILE, instead'
  throw new UsageError(`Cannot take --${secret}, as others may read a command line: ${reason}`)
}
