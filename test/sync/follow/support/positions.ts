import type { LogPosition } from '../../../../lib/replica/index.js'
import { tick } from '../../../../lib/values/index.js'

/** A position in the log of server 7, in which no transaction is open. */
export function positionAt(value: bigint, more: Partial<LogPosition> = {}): LogPosition {
  return {
    serverId: '7',
    database: 'shop',
    tick: tick(value),
    resumeTick: tick(value),
    openTransactions: [],
    ...more,
  }
}
