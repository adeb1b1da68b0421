import { ReplicationError } from '../core/index.js'

/** A JSON value from a peer or a file does not have the shape that the protocol promises. */
export class WireFormatError extends ReplicationError {
  readonly code = 'ERR_WIRE_FORMAT' as const
  /** Path of the attribute that is wrong, such as `collections[3].parameters.name`. */
  readonly path: string

  constructor(what: string, path: string, expected: string, options?: ErrorOptions) {
    const place = path === '' ? 'the value' : `"${path}"`
    super(`Cannot read ${what}: ${place} is not ${expected}`, options)
    this.path = path
  }
}
