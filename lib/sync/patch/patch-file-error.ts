import { ReplicationError } from '../../core/index.js'

/** A file is not a patch, or is a damaged one. No line of it is ever in the message. */
export class PatchFileError extends ReplicationError {
  readonly code = 'ERR_PATCH_FILE' as const
  readonly path: string
  /** 1-based number of the line that is wrong; undefined where the file as a whole is. */
  readonly lineNumber: number | undefined

  constructor(path: string, reason: string, lineNumber?: number, options?: ErrorOptions) {
    const place = lineNumber === undefined ? '' : `line ${lineNumber}: `
    super(`Cannot read patch "${path}": ${place}${reason}`, options)
    this.path = path
    this.lineNumber = lineNumber
  }
}
