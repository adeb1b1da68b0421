import { readFileSync } from 'node:fs'
import { describeSystemError, ReplicationError } from '../core/index.js'
import { TlsError, type Leader, type LeaderTls } from '../server/index.js'
import type { CommandContext } from './context.js'
import { describeError } from './describe-error.js'
import { UsageError } from './usage-error.js'

/** The flags of `serve` that name what TLS needs. */
export interface TlsFlags {
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}

/** A file of TLS cannot be read, or holds something else. */
class TlsFileError extends ReplicationError {
  readonly code = 'ERR_TLS_FILE' as const
  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`Cannot use ${path} for TLS: ${reason}`, options)
    this.path = path
  }
}

/**
 * Reads the certificate and the key that the flags name.
 *
 * @returns undefined where neither is given
 * @throws UsageError when only one is given
 * @throws TlsFileError when a file cannot be read
 */
export function readTlsFiles({ tlsCert, tlsKey }: TlsFlags): LeaderTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError('Cannot serve TLS: --tls-cert and --tls-key go together')
  }
  return { cert: readPart(tlsCert), key: readPart(tlsKey) }
}

/** Says of an error of TLS which file it is about; other errors stay what they are. */
export function nameTlsFile(error: unknown, { tlsCert, tlsKey }: TlsFlags): unknown {
  if (!(error instanceof TlsError)) return error
  const path = error.part === 'key' ? tlsKey : tlsCert
  return new TlsFileError(path ?? '', error.reason, { cause: error })
}

/**
 * Reads the files again at each SIGHUP, as a renewed certificate wants it. Files that are not fit leave
 * all as it is, which is told.
 *
 * @returns what ends that
 */
export function reloadAtHangup(
  leader: Pick<Leader, 'setTls'>,
  flags: TlsFlags,
  { stderr }: Pick<CommandContext, 'stderr'>,
): () => void {
  if (flags.tlsCert === undefined) return () => undefined
  const reload = (): void => {
    try {
      const tls = readTlsFiles(flags)
      if (tls !== undefined) leader.setTls(tls)
      stderr.write('the certificate was read again\n')
    } catch (error) {
      stderr.write(`warning: ${describeError(nameTlsFile(error, flags), false)}`)
    }
  }
  process.on('SIGHUP', reload)
  return () => process.off('SIGHUP', reload)
}

function readPart(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new TlsFileError(path, describeSystemError(cause), { cause })
  }
}
