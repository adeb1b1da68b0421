/*
 * Saves one position after the other into the file that it is given, and tells each that is saved.
 */
import { fileCheckpoint } from '../../../../lib/sync/tail/file-checkpoint.js'
import { tick } from '../../../../lib/values/index.js'

const checkpoint = fileCheckpoint(process.argv[2] ?? '')
const begin = (await checkpoint.load())?.tick ?? 0n
for (let value = begin + 1n; ; value += 1n) {
  const position = { serverId: '1', database: 'shop', tick: tick(value), resumeTick: tick(value) }
  await checkpoint.save({ ...position, openTransactions: [] })
  process.send?.(value.toString())
}
