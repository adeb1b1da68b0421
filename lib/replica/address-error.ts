import { ReplicationError } from '../core/index.js'

const FORMS = [
  'http://HOST:PORT[/_db/NAME]',
  'https://HOST:PORT[/_db/NAME]',
  'store:PATH[#NAME]',
  'dir:PATH',
  'PATH',
].join(', ')

/** A text does not name a replica. It is not in the message, since it may hold a password. */
export class AddressError extends ReplicationError {
  readonly code = 'ERR_ADDRESS' as const

  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot read an address: ${reason}; the forms are ${FORMS}`, options)
  }
}
