import { ReplicationError } from '../core/index.js'

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has the port; stop it or choose another port',
  EACCES: 'this user may not open the port; choose one above 1023',
  EADDRNOTAVAIL: 'this machine does not have the address; choose one of its own',
  ENOTFOUND: 'the host name is unknown; choose an address of this machine',
}

/** A leader cannot be reached at the address that was asked for. */
export class ListenError extends ReplicationError {
  readonly code = 'ERR_LISTEN' as const
  readonly host: string
  readonly port: number

  constructor(host: string, port: number, options: ErrorOptions) {
    const { code = '' } = options.cause as NodeJS.ErrnoException
    const reason = REASONS[code] ?? `the system refused (${code})`
    super(`Cannot listen on ${host}:${port}: ${reason}`, options)
    this.host = host
    this.port = port
  }
}
