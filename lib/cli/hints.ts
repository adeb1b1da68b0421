import { dirname } from 'node:path'
import { DumpFileError } from '../directory/index.js'
import {
  RemoteCoordinatorError,
  RemoteDatabaseMissingError,
  RemoteUnauthorizedError,
  RemoteUnreachableError,
} from '../remote/index.js'
import { TransformError } from '../streams/index.js'
import { DumpLineError } from '../wire/index.js'
import { printable } from './printable.js'

const CREDENTIALS_HINT =
  'hint: TIDEMARK_USERNAME and TIDEMARK_PASSWORD, or TIDEMARK_JWT, tell who asks; for one end alone ' +
  'TIDEMARK_SOURCE_… and TIDEMARK_TARGET_…\n'
const DATABASE_HINT = 'hint: --create-database makes it\n'
const DB_SERVER_HINT = 'hint: --dbserver ID tells which DB server of the cluster is to be read\n'

const THROWN_HINT =
  'hint: --verbose tells what the transform threw; something of a document may be in it\n'

const TRUST_HINT =
  'hint: NODE_EXTRA_CA_CERTS names a file with certificates to be trusted besides those of the system\n'
/** Of certificates that may be right, but for who vouches for them. */
const DISTRUSTED = /^its certificate is (?:self-signed|of an authority)/

const DATA_FILE = /\.data\.(?:json|vpack)(?:\.gz)?$/
const CAUSES_MAX = 8

/**
 * What helps against an error, where something on the command line or in the environment does: the
 * library knows of neither, so its errors cannot tell. Empty where nothing does.
 *
 * @param verbose - causes were told
 */
export function hintFor(error: unknown, verbose: boolean): string {
  if (hasCause(error, (one) => one instanceof RemoteUnauthorizedError)) return CREDENTIALS_HINT
  if (hasCause(error, (one) => one instanceof RemoteCoordinatorError)) return DB_SERVER_HINT
  if (hasCause(error, (one) => one instanceof RemoteDatabaseMissingError)) return DATABASE_HINT
  if (hasCause(error, isDistrusted)) return TRUST_HINT
  if (!verbose && hasCause(error, hasThrown)) return THROWN_HINT
  let file: string | undefined
  hasCause(error, (one) => (file = dumpFileOf(one)) !== undefined)
  return file === undefined ? '' : verifyHint(dirname(file))
}

function verifyHint(directory: string): string {
  return `hint: "tidemark verify ${printable(directory)}" tells all that is wrong with the files of the dump\n`
}

function isDistrusted(error: Error): boolean {
  return error instanceof RemoteUnreachableError && DISTRUSTED.test(error.failure.reason)
}

function hasThrown(error: Error): boolean {
  return error instanceof TransformError && error.cause !== undefined
}

/** The damaged file of a dump directory that an error is about. */
function dumpFileOf(error: Error): string | undefined {
  if (error instanceof DumpFileError) return error.path
  const isLine = error instanceof DumpLineError && DATA_FILE.test(error.source ?? '')
  return isLine ? error.source : undefined
}

/** Tells whether an error, or one that it was caused by, is of a kind. */
function hasCause(error: unknown, isOfKind: (error: Error) => boolean): boolean {
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    if (isOfKind(current)) return true
    current = current.cause
  }
  return false
}
