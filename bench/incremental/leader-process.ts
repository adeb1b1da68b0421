/*
 * A leader in a process of its own, over the store whose path is the argument. Asked for it, it tells
 * the bytes that have crossed its sockets, both ways, headers included.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { startLeader } from '../../lib/server/index.js'
import { openStore } from '../../lib/store/index.js'

const sockets = new Set<Socket>()
let closedBytes = 0

subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket }
  sockets.add(socket)
  socket.once('close', () => {
    sockets.delete(socket)
    closedBytes += bytesOf(socket)
  })
})

const [, , path = ''] = process.argv
const store = await openStore(path, { mode: 'write' })
const leader = await startLeader({ store, port: 0, auth: { kind: 'off' } })
process.on('message', () => {
  process.send?.([...sockets].reduce((sum, socket) => sum + bytesOf(socket), closedBytes))
})
process.once('disconnect', () => {
  void leader.close().then(() => store.close())
})
process.send?.(leader.url)

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten
}
