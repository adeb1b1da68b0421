import { describeSystemError, describeWriteError, ReplicationError } from '../../core/index.js'

/** One end of a pipe cannot be read or written. */
export class PipeIoError extends ReplicationError {
  readonly code = 'ERR_PIPE_IO' as const

  constructor(end: 'read stdin' | 'write to stdout', reason: string, options?: ErrorOptions) {
    super(`Cannot ${end}: ${reason}`, options)
  }
}

/** Tells what the operating system said of stdin. */
export function stdinError(error: unknown): PipeIoError {
  const isDirectory = (error as NodeJS.ErrnoException).code === 'EISDIR'
  const reason = isDirectory ? 'it is a directory' : describeSystemError(error)
  return new PipeIoError('read stdin', reason, { cause: error })
}

/** Tells what the operating system said of stdout. */
export function stdoutError(error: unknown): PipeIoError {
  return new PipeIoError('write to stdout', describeWriteError(error), { cause: error })
}
