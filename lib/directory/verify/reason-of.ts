import { ReplicationError } from '../../core/index.js'
import { WireFormatError } from '../../wire/index.js'
import { DumpFileError } from '../directory-error.js'

/** What a value is called whose place is told beside the reason. */
const IT = 'it'
const PREFIX = `Cannot read ${IT}: `

/** Name for the value that a parser reads, where {@link reasonOf} gives the reason of its errors. */
export { IT as WHAT_IS_READ }

/**
 * Why a file cannot be used, without its path.
 *
 * @throws the error, when it is not about the file
 */
export function reasonOf(error: unknown): string {
  if (error instanceof DumpFileError) return error.reason
  if (error instanceof WireFormatError && error.message.startsWith(PREFIX)) {
    return error.message.slice(PREFIX.length)
  }
  if (error instanceof ReplicationError) return error.message
  throw error
}
