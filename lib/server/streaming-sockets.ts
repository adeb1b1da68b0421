import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The connections on which a body comes that is read as a stream: node's bound on the time of a whole
 * request does not hold for them.
 */
export class StreamingSockets {
  readonly #sockets = new WeakSet<Socket>()

  /** Adds the connection of a request until its body is read, or it is gone. */
  add(message: IncomingMessage): void {
    const { socket } = message
    this.#sockets.add(socket)
    message.once('close', () => {
      this.#sockets.delete(socket)
    })
  }

  has(socket: Socket): boolean {
    return this.#sockets.has(socket)
  }
}
