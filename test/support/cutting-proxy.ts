import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** Something between a client and a server that breaks connections. */
export interface CuttingProxy {
  readonly url: string
  /** Connections that were broken. */
  readonly cuts: () => number
  readonly close: () => void
}

/**
 * Starts a proxy that resets connections to the server at `url` after so many bytes of answers: one
 * number for each connection, the first ones first; later connections are left alone.
 */
export async function startCuttingProxy(
  url: string,
  cutAfterBytes: readonly number[],
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url)
  let connections = 0
  let cuts = 0
  const server = createServer((client) => {
    let left = cutAfterBytes[connections] ?? Infinity
    connections += 1
    const upstream = connect(Number(port), hostname)
    client.pipe(upstream)
    upstream.on('data', (block) => {
      const rest = block.subarray(0, left)
      left -= rest.length
      if (rest.length > 0 && !client.write(rest)) {
        upstream.pause()
        client.once('drain', () => upstream.resume())
      }
      if (left > 0 || client.destroyed) return
      cuts += 1
      upstream.destroy()
      client.destroySoon()
    })
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => server.close(),
  }
}
