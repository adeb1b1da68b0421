import { randomBytes } from 'node:crypto'
import { TIDEMARK_VERSION } from '../core/index.js'

const ID_BYTES = 6

/**
 * Who reads a log, as followers say it in every request (client notes, 3.5). The leader keeps its log
 * for a syncer from where that has read to, so each log that is read is a syncer of its own.
 */
export type LogClient = Readonly<Record<'serverId' | 'syncerId' | 'clientInfo', string>>

/** A new syncer of the client. */
export function createLogClient(clientId: string): LogClient {
  return {
    serverId: clientId,
    syncerId: makeClientId(),
    clientInfo: `tidemark ${TIDEMARK_VERSION}`,
  }
}

/** A random number of 48 bits, as followers call themselves. */
export function makeClientId(): string {
  const id = BigInt(`0x${randomBytes(ID_BYTES).toString('hex')}`)
  return (id === 0n ? 1n : id).toString()
}
